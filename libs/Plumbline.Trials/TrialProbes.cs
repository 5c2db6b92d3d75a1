using Plumbline.Contracts;
using Plumbline.Paths;
using Plumbline.Probing;

namespace Plumbline.Trials;

/// <summary>The kernel probes of one trial beside the stage probe.</summary>
internal sealed class TrialProbes : IAsyncDisposable
{
    private readonly List<ITimingProbe> _loaded = [];
    private readonly List<KernelProbeReport> _absent = [];

    public IReadOnlyList<ITimingProbe> Loaded => _loaded;

    /// <summary>A report on each probe that the trial asked for and this kernel cannot run.</summary>
    public IReadOnlyList<KernelProbeReport> Absent => _absent;

    /// <summary>A node with empty chains to calibrate the probes on; null when the trial does not calibrate.</summary>
    public TrafficEntry? EmptyChains { get; private set; }

    /// <summary>Loads what the trial asks for.</summary>
    /// <exception cref="ProbeUnavailableException">
    /// The kernel refuses a probe, and nothing else times the trial.
    /// </exception>
    public static async Task<TrialProbes> LoadAsync(
        KernelProbes probes, INodeAccess access, MeasureTrial trial, CancellationToken token)
    {
        TrialProbes loaded = new();
        try
        {
            foreach (IProbeSource source in trial.Measure == Measure.Grpc ? [] : probes.Further(trial.Timing))
            {
                await loaded.LoadAsync(source, access, trial, token);
            }

            return loaded;
        }
        catch
        {
            await loaded.DisposeAsync();
            throw;
        }
    }

    public ValueTask DisposeAsync() => EmptyChains?.DisposeAsync() ?? ValueTask.CompletedTask;

    private async Task LoadAsync(IProbeSource source, INodeAccess access, MeasureTrial trial, CancellationToken token)
    {
        try
        {
            source.Demand();
            if (trial is { Measure: Measure.OneWay, Cell.IsBaseline: true })
            {
                // Comes before the probe: empty chains load the modules whose functions the probe attaches to.
                EmptyChains ??= await access.EnterEmptyChainsAsync(trial.Key.ExperimentId, token);
            }

            _loaded.Add(source.Get(trial.Cell.DataPlane));
        }
        catch (ProbeUnavailableException exception)
            when (trial.Timing.HasFlag(Timing.Stage) || trial.Measure != Measure.OneWay)
        {
            _absent.Add(new KernelProbeReport { Probe = source.Name, Absent = exception.Message });
        }
    }
}
