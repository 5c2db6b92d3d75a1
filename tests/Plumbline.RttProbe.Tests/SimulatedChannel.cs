using Plumbline.RttProbe.Raw;

namespace Plumbline.RttProbe.Tests;

/// <summary>
/// A channel and its clock without a network. Each reading takes a microsecond. The test says after which time each
/// packet is answered, or that it never is.
/// </summary>
internal sealed class SimulatedChannel(Func<int, long?> answerAfterNs) : TimeProvider, IProbeChannel
{
    private const long ReadingNs = 1_000;

    private readonly PriorityQueue<int, long> _answers = new();
    private readonly Queue<ProbeStamp> _transmitted = new();
    private long _nowNs = 1_000_000;

    /// <summary>Numbers and times of packets, in the order of sending.</summary>
    public List<(int Probe, long AtNs)> Sent { get; } = [];

    /// <summary>The errno of every send; 0 when sends succeed.</summary>
    public int Refusal { get; init; }

    public override long TimestampFrequency => 1_000_000_000;

    public override long GetTimestamp() => _nowNs;

    public int Send(int probe)
    {
        _nowNs += 2_000;
        if (Refusal != 0)
        {
            return Refusal;
        }

        Sent.Add((probe, _nowNs));
        _transmitted.Enqueue(new ProbeStamp(probe, _nowNs));
        if (answerAfterNs(probe) is { } afterNs)
        {
            _answers.Enqueue(probe, _nowNs + afterNs);
        }

        return 0;
    }

    public int ReadTransmitted(Span<ProbeStamp> transmitted)
    {
        int count = 0;
        while (count < transmitted.Length && _transmitted.TryDequeue(out ProbeStamp stamp))
        {
            transmitted[count++] = stamp;
        }

        return count;
    }

    public int ReadAnswers(Span<ProbeStamp> answers)
    {
        _nowNs += ReadingNs;
        int count = 0;
        while (count < answers.Length && _answers.TryPeek(out int probe, out long atNs) && atNs <= _nowNs)
        {
            _answers.Dequeue();
            answers[count++] = new ProbeStamp(probe, atNs);
        }

        return count;
    }

    public long ReadDrops() => 0;

    public void Release()
    {
    }

    public void Dispose()
    {
    }
}
