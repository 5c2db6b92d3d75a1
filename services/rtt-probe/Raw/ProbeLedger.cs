using Plumbline.Contracts;

namespace Plumbline.RttProbe.Raw;

/// <summary>
/// What became of each probe packet of a run. It only keeps times during the run and judges at the end, by the kernel's
/// timestamps: a pause of the runtime makes no answer late. It does no I/O, and allocates only when constructed.
/// </summary>
internal sealed class ProbeLedger(int count, long timeoutNs)
{
    /// <summary>The wall clock may drift from the monotonic clock, in a round trip by far less than this.</summary>
    private const long ClockSlackNs = 1_000;

    private readonly long[] _sentNs = new long[count];
    private readonly long[] _answeredNs = new long[count];
    private readonly long[] _transmittedUnixNs = new long[count];
    private readonly long[] _arrivedUnixNs = new long[count];
    private readonly bool[] _refused = new bool[count];
    private int _sent;
    private int _answered;
    private int _transmitted;
    private int _refusals;
    private long _duplicates;
    private long _stray;

    public int Refusals => _refusals;

    /// <summary>Probe packets that may still be answered.</summary>
    public int Outstanding => _sent - _refusals - _answered;

    public bool IsStamped => _transmitted >= _sent - _refusals;

    /// <summary>Call it in the order of the packets' numbers.</summary>
    /// <param name="nowNs">By the monotonic clock, just before the kernel gets the packet.</param>
    public void RecordSent(int probe, long nowNs)
    {
        _sentNs[probe] = nowNs;
        _sent++;
    }

    public void RecordRefused(int probe)
    {
        _refused[probe] = true;
        _refusals++;
    }

    public void RecordTransmitted(int probe, long unixNs)
    {
        if (IsOfThisRun(probe) && _transmittedUnixNs[probe] == 0)
        {
            _transmittedUnixNs[probe] = unixNs;
            _transmitted++;
        }
    }

    /// <param name="probe">
    /// Negative for a packet that answers no probe packet. A number beyond this run's is a late answer to an earlier
    /// run and does not count.
    /// </param>
    /// <param name="nowNs">By the monotonic clock, when the answer was read.</param>
    public void RecordAnswer(int probe, long unixNs, long nowNs)
    {
        if (probe < 0)
        {
            _stray++;
        }
        else if (IsOfThisRun(probe))
        {
            if (_answeredNs[probe] != 0)
            {
                _duplicates++;
                return;
            }

            _answeredNs[probe] = nowNs;
            _arrivedUnixNs[probe] = unixNs;
            _answered++;
        }
    }

    public bool IsAnswered(int probe) => _answeredNs[probe] != 0;

    /// <summary>Whether waiting is over: the packet was answered, was refused or has timed out.</summary>
    public bool IsSettled(int probe, long nowNs) =>
        IsAnswered(probe) || _refused[probe] || nowNs - _sentNs[probe] >= timeoutNs;

    /// <summary>Counts and latencies so far. Latencies are in the order of sending.</summary>
    public (AnswerCounts Counts, long[] KernelNs, long[] UserSpaceNs) Read()
    {
        List<long> kernel = new(_answered);
        List<long> userSpace = new(_answered);
        long answered = 0, late = 0, lost = 0, untimed = 0;
        for (int probe = 0; probe < _sent; probe++)
        {
            if (_refused[probe])
            {
                continue;
            }

            if (!IsAnswered(probe))
            {
                lost++;
                continue;
            }

            long userSpaceNs = _answeredNs[probe] - _sentNs[probe];
            long kernelNs = _arrivedUnixNs[probe] - _transmittedUnixNs[probe];
            bool isStamped = _transmittedUnixNs[probe] != 0 && _arrivedUnixNs[probe] != 0;
            bool isTimed = isStamped && kernelNs >= 0 && kernelNs <= userSpaceNs + ClockSlackNs;
            if ((isTimed ? kernelNs : userSpaceNs) > timeoutNs)
            {
                late++;
                continue;
            }

            answered++;
            if (isTimed)
            {
                kernel.Add(kernelNs);
                userSpace.Add(userSpaceNs);
            }
            else
            {
                untimed++;
            }
        }

        AnswerCounts counts = new()
        {
            Answered = answered,
            Lost = lost,
            Late = late,
            Failed = 0,
            Duplicates = _duplicates,
            Stray = _stray,
            Untimed = untimed,
        };
        return (counts, [.. kernel], [.. userSpace]);
    }

    private bool IsOfThisRun(int probe) => probe >= 0 && probe < _sent;
}
