using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Plumbline.Contracts;
using Plumbline.Paths.Lab;
using Plumbline.Linux;
using Plumbline.DataPlanes;

namespace Plumbline.ServiceScaler.Lab;

/// <summary>
/// Makes Services without a cluster: writes kube-proxy's rules into a lab node of each data plane, reads them back and
/// counts them.
/// </summary>
public sealed class LabServiceCluster(ILabEndpoints endpoints, ILogger<LabServiceCluster> logger)
    : IServiceCluster, IAsyncDisposable
{
    /// <summary>By the name of their network namespace.</summary>
    private readonly Dictionary<string, IAsyncDisposable> _endpoints = [];

    public Task<ServicesScaled?> FindCompleteAsync(Guid experimentId, CancellationToken token) =>
        Task.FromResult(LabSteps.Find(experimentId));

    public async Task<ServicesScaled> ScaleAsync(ScaleStep step, CancellationToken token)
    {
        if (step.Nodes.Count > 0)
        {
            throw new InvalidOperationException(
                $"nodes: {string.Join(", ", step.Nodes)} belong to a cluster, but this pipeline's service scaler works"
                + " in the lab: leave nodes out, or start the scaler with PLUMBLINE_SCALER__TARGET=cluster");
        }

        LabSteps.Forget(step.ExperimentId);
        List<ProgrammedDataPlane> programmed = [];
        foreach (DataPlane dataPlane in step.DataPlanes)
        {
            LabNode node = LabNode.Of(step.ExperimentId, dataPlane);
            await CloseEndpointsAsync(node.Endpoints.Name!);
            await LabNetwork.CreateAsync(node, token);
            _endpoints[node.Endpoints.Name!] = await endpoints.ServeAsync(node.Endpoints, token);
            programmed.Add(await ProgramAsync(step, node, token));
        }

        ServicesScaled scaled = new()
        {
            ExperimentId = step.ExperimentId,
            Run = step.Run,
            Step = step.Step,
            DataPlanes = programmed,
        };
        LabSteps.Keep(scaled);
        return scaled;
    }

    public async Task RemoveAsync(RemoveServices remove, CancellationToken token)
    {
        string prefix = LabNode.ExperimentPrefix(remove.ExperimentId);
        string[] served = [.. _endpoints.Keys.Where(name => name.StartsWith(prefix, StringComparison.Ordinal))];
        foreach (string name in served)
        {
            await CloseEndpointsAsync(name);
        }

        IReadOnlyList<string> removed = await LabNetwork.RemoveAsync(remove.ExperimentId);
        logger.LogInformation(
            "experiment {ExperimentId}: removed {Count} network namespaces", remove.ExperimentId, removed.Count);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (string name in _endpoints.Keys.ToList())
        {
            await CloseEndpointsAsync(name);
        }
    }

    /// <summary>Serves the endpoints of nodes of an earlier life of this worker: their experiments go on.</summary>
    public async Task AdoptAsync(CancellationToken token)
    {
        foreach (NetworkNamespace each in LabNetwork.ListEndpoints())
        {
            await LabNetwork.KillProcessesAsync(each.Name!);
            _endpoints[each.Name!] = await endpoints.ServeAsync(each, token);
            logger.LogInformation("serving {Namespace} of an earlier life", each);
        }
    }

    /// <summary>An open socket would keep its namespace alive after the name is gone.</summary>
    private async Task CloseEndpointsAsync(string name)
    {
        if (_endpoints.Remove(name, out IAsyncDisposable? served))
        {
            await served.DisposeAsync();
        }
    }

    private async Task<ProgrammedDataPlane> ProgramAsync(ScaleStep step, LabNode node, CancellationToken token)
    {
        Cell cell = step.Cell.With(node.DataPlane);
        IDataPlane plane = KnownDataPlanes.Of(node.DataPlane);
        IReadOnlyList<ServicePort> ports = LabServices.Build(step, plane);
        if (plane.Write(new RulesRequest(cell, ports, LabNode.Network, step.NftablesDialect)) is not { } input)
        {
            return new ProgrammedDataPlane { Cell = cell, Rules = 0, ProgrammingNs = 0, Tool = "none" };
        }

        long start = Stopwatch.GetTimestamp();
        await Tool.RunAsync(node.Node, input.Tool, [.. input.Arguments], writer => writer.Write(input.Text), token);
        TimeSpan programming = Stopwatch.GetElapsedTime(start);

        int rules = (await plane.ReadAsync(node.Node, token)).Count;
        if (rules != ports.Count)
        {
            throw new InvalidOperationException(
                $"{plane.Name}: {input.Tool} wrote {ports.Count} Service rules but the kernel holds {rules}");
        }

        logger.LogInformation(
            "experiment {ExperimentId} step {Step}: {Cell} takes {Rules} rules, written in {Milliseconds:F0} ms",
            step.ExperimentId, step.Step, cell, rules, programming.TotalMilliseconds);
        return new ProgrammedDataPlane
        {
            Cell = cell,
            Rules = rules,
            ProgrammingNs = (long)programming.TotalNanoseconds,
            Tool = (await Tool.RunAsync(NetworkNamespace.Own, input.Tool, ["--version"], token: token)).Trim(),
        };
    }
}
