using Plumbline.Contracts;

namespace Plumbline.RttProbe.Raw;

/// <summary>
/// What became of each probe of a run. Keeps times only while the run goes on and judges at its end, by the kernel's
/// timestamps, so that a pause of the runtime makes no answer late. No I/O, no allocation after its construction.
/// </summary>
internal sealed class ProbeLedger(int count, long timeoutNs)
{
    /// <summary>The wall clock may be slewed against the monotonic one, by far less than this in a round trip.</summary>
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

    /// <summary>Probes that may still be answered.</summary>
    public int Outstanding => _sent - _refusals - _answered;

    public bool IsStamped => _transmitted >= _sent - _refusals;

    /// <param name="nowNs">By the monotonic clock, just before the probe is handed to the kernel. Probes are sent in the order of their numbers.</param>
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

    /// <param name="probe">Negative for a packet that answers no probe; a number beyond the run's is an earlier run's late answer and nobody's.</param>
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

    /// <summary>Whether the probe needs no more waiting for: answered, refused or timed out.</summary>
    public bool IsSettled(int probe, long nowNs) => IsAnswered(probe) || _refused[probe] || nowNs - _sentNs[probe] >= timeoutNs;

    /// <summary>Counts and latencies so far; those in the order of sending.</summary>
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
            bool isTimed = _transmittedUnixNs[probe] != 0 && _arrivedUnixNs[probe] != 0 && kernelNs >= 0 && kernelNs <= userSpaceNs + ClockSlackNs;
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
