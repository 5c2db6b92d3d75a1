using Plumbline.Bpf;
using Plumbline.Contracts;
using Plumbline.Probing.Functions;
using Plumbline.Probing.Stages;

namespace Plumbline.Probing;

/// <summary>
/// The kernel probes of one process. Each is loaded when a trial first needs it and stays loaded from then on.
/// </summary>
/// <param name="further">Make the probes beside the stage probe, whose packets they follow.</param>
public sealed class KernelProbes(params IReadOnlyList<Func<StageProbe, IProbeSource>> further) : IDisposable
{
    private StageProbe? _stage;
    private IProbeSource[]? _further;

    public KernelProbes()
        : this(stage => new FunctionProbeSource(stage))
    {
    }

    /// <summary>The stage probe. It counts what becomes of a trial's packets, whatever times them.</summary>
    /// <exception cref="BpfException">The kernel refuses it, or the object is of another build.</exception>
    public StageProbe Stage => _stage ??= StageProbe.Load();

    /// <summary>The probes beside the stage probe that a trial asks for, in the order in which they measure.</summary>
    public IEnumerable<IProbeSource> Further(Timing timing) =>
        (_further ??= [.. further.Select(make => make(Stage))]).Where(each => timing.HasFlag(each.Timing));

    public void Dispose()
    {
        foreach (IProbeSource source in _further ?? [])
        {
            source.Dispose();
        }

        _stage?.Dispose();
    }
}

/// <summary>Loads one kind of kernel probe and keeps it loaded from one trial to the next.</summary>
public interface IProbeSource : IDisposable
{
    /// <summary>The timing that asks for this probe.</summary>
    Timing Timing { get; }

    /// <summary>As <see cref="KernelProbeReport.Probe"/>.</summary>
    string Name { get; }

    /// <summary>Checks that the kernel accepts such a probe. Loads nothing that stays.</summary>
    /// <exception cref="ProbeUnavailableException">The kernel refuses it.</exception>
    void Demand();

    /// <summary>The probe for trials on a data plane. Its rules, and so its kernel modules, must be there.</summary>
    /// <exception cref="ProbeUnavailableException">
    /// The kernel refuses it, or lacks what the data plane needs.
    /// </exception>
    ITimingProbe Get(DataPlane dataPlane);
}
