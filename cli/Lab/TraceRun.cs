using Microsoft.Extensions.Logging.Abstractions;
using Plumbline.Bpf;
using Plumbline.Contracts;
using Plumbline.EchoWorker.Lab;
using Plumbline.Paths.Lab;
using Plumbline.NodeProbe.Tracing;
using Plumbline.ServiceScaler.Lab;
using Plumbline.Probing.Tracing;

namespace Plumbline.Cli.Lab;

/// <summary>
/// Traces data planes in a lab of its own, from taking the lock to removing the last namespace. Each data plane is
/// removed before the next one is made, so that they do not disturb each other.
/// </summary>
/// <param name="note">Receives remarks for the user.</param>
internal sealed class TraceRun(Action<string> note)
{
    /// <param name="show">Receives each data plane's trace.</param>
    /// <exception cref="OperationCanceledException">A signal stopped it. Everything was removed.</exception>
    /// <exception cref="UserException">Another lab is running, or the kernel refuses the programs.</exception>
    public async Task RunAsync(
        IReadOnlyList<DataPlane> dataPlanes,
        int services,
        NftablesDialect dialect,
        TraceSettings settings,
        Action<ServiceTrace> show)
    {
        using LabLock labLock = LabLock.TryTake()
            ?? throw new UserException(
                ExitCode.CannotRun,
                "another lab is running on this machine; two labs would disturb each other");
        IReadOnlyList<string> leftovers = await LabNetwork.RemoveAsync();
        if (leftovers.Count > 0)
        {
            note($"removed {leftovers.Count} network namespaces of an earlier lab");
        }

        using StopSignals signals = new();
        try
        {
            using FlowTracer tracer = AttachTracer();
            await using LabServiceCluster cluster = new(new LabEchoEndpoints(), NullLogger<LabServiceCluster>.Instance);
            foreach (DataPlane dataPlane in dataPlanes)
            {
                ScaleStep step = Step(dataPlane, services, dialect, settings.Seed);
                await cluster.ScaleAsync(step, signals.First);
                show(await tracer.TraceAsync(step.ExperimentId, dataPlane, settings, signals.First));
                await cluster.RemoveAsync(
                    new RemoveServices { ExperimentId = step.ExperimentId }, CancellationToken.None);
            }
        }
        finally
        {
            await LabNetwork.RemoveAsync();
        }
    }

    private static FlowTracer AttachTracer()
    {
        try
        {
            return new FlowTracer(new LabNodeAccess());
        }
        catch (BpfException exception)
        {
            throw new UserException(ExitCode.CannotRun, exception.Message);
        }
    }

    /// <summary>All Services are UDP, as the traced packets are. Nothing answers them, so a flow has two.</summary>
    private static ScaleStep Step(DataPlane dataPlane, int services, NftablesDialect dialect, long seed) => new()
    {
        ExperimentId = Guid.NewGuid(),
        Step = 0,
        Cell = Cell.Empty.With(services).With(Axes.TcpShare, "0"),
        DataPlanes = [dataPlane],
        NftablesDialect = dialect,
        EndpointsPerService = 1,
        PortsPerService = 1,
        Seed = seed,
    };
}
