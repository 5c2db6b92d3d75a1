using Plumbline.Bpf;

namespace Plumbline.Probing;

/// <summary>
/// BPF programs that belong together and follow packets through a node. They stay loaded while this object lives. A
/// packet pays for them only while they are attached.
/// </summary>
public interface IKernelProbe : IDisposable
{
    /// <summary>Attaches every program and forgets what was seen before.</summary>
    /// <exception cref="BpfException">The kernel refuses it.</exception>
    void Attach();

    /// <summary>Detaches every program. Does nothing when none is attached.</summary>
    void Detach();

    /// <summary>Forgets what was seen. Call it while no packet is on its way.</summary>
    void Reset();

    /// <summary>The kernel's accounting of each program, by the program's name.</summary>
    IReadOnlyDictionary<string, BpfRunTime> RunTimes();
}

/// <summary>
/// A kernel probe that times many packets and counts their latencies. The packet trace is not one: it records the
/// events of a single packet, which no histogram holds.
/// </summary>
public interface ITimingProbe : IKernelProbe
{
    /// <summary>What was counted since the last reset, on all CPUs together.</summary>
    ProbeReading Read();
}
