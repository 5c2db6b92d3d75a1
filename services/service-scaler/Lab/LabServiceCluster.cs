using System.Collections.Concurrent;
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

    /// <summary>By the name of their tool.</summary>
    private readonly ConcurrentDictionary<string, string> _versions = [];

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
        Task<RulesInput?>[] inputs = [.. step.DataPlanes.Select(each => Task.Run(() => Input(step, each), token))];
        LabNode[] nodes = [.. step.DataPlanes.Select(each => LabNode.Of(step.ExperimentId, each))];
        await ReplaceAsync(nodes, token);

        // Programming is timed, so nothing else runs meanwhile.
        await Task.WhenAll(inputs);
        List<TimeSpan> programming = [];
        foreach ((LabNode node, Task<RulesInput?> input) in nodes.Zip(inputs))
        {
            programming.Add(await ProgramAsync(node, await input, token));
        }

        ProgrammedDataPlane[] programmed = await Task.WhenAll(nodes.Zip(inputs, programming).Select(async each =>
            await ReadBackAsync(step, each.First, await each.Second, each.Third, token) with
            {
                Ruleset = (await WayRulesets.ReadAsync(each.First.Watched)).ToString(),
            }));
        ServicesScaled scaled = new()
        {
            ExperimentId = step.ExperimentId,
            Run = step.Run,
            Step = step.Step,
            Remake = step.Remake,
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

    /// <summary>Makes the nodes anew, with endpoints.</summary>
    private async Task ReplaceAsync(IReadOnlyList<LabNode> nodes, CancellationToken token)
    {
        foreach (LabNode node in nodes)
        {
            await CloseEndpointsAsync(node.Endpoints.Name!);
        }

        await LabNetwork.CreateAsync(nodes, token);
        foreach (LabNode node in nodes)
        {
            _endpoints[node.Endpoints.Name!] = await endpoints.ServeAsync(node.Endpoints, token);
        }
    }

    private static RulesInput? Input(ScaleStep step, DataPlane dataPlane)
    {
        IDataPlane plane = KnownDataPlanes.Of(dataPlane);
        IReadOnlyList<ServicePort> ports = LabServices.Build(step, plane);
        return plane.Write(new RulesRequest(step.Cell.With(dataPlane), ports, LabNode.Network, step.NftablesDialect));
    }

    /// <summary>Hands the rules to their tool, and returns how long the kernel took to have them.</summary>
    private static async Task<TimeSpan> ProgramAsync(LabNode node, RulesInput? input, CancellationToken token)
    {
        if (input is null)
        {
            return TimeSpan.Zero;
        }

        long start = Stopwatch.GetTimestamp();
        await Tool.RunAsync(node.Node, input.Tool, [.. input.Arguments], writer => writer.Write(input.Text), token);
        return Stopwatch.GetElapsedTime(start);
    }

    private async Task<ProgrammedDataPlane> ReadBackAsync(
        ScaleStep step, LabNode node, RulesInput? input, TimeSpan programming, CancellationToken token)
    {
        Cell cell = step.Cell.With(node.DataPlane);
        if (input is null)
        {
            return new ProgrammedDataPlane { Cell = cell, Rules = 0, ProgrammingNs = 0, Tool = "none" };
        }

        int wanted = step.Cell.Services * step.PortsPerService;
        int rules = (await KnownDataPlanes.Of(node.DataPlane).ReadAsync(node.Node, token)).Count;
        if (rules != wanted)
        {
            throw new InvalidOperationException(
                $"{node.DataPlane}: {input.Tool} wrote {wanted} Service rules but the kernel holds {rules}");
        }

        logger.LogInformation(
            "experiment {ExperimentId} step {Step}: {Cell} takes {Rules} rules, written in {Milliseconds:F0} ms",
            step.ExperimentId, step.Step, cell, rules, programming.TotalMilliseconds);
        return new ProgrammedDataPlane
        {
            Cell = cell,
            Rules = rules,
            ProgrammingNs = (long)programming.TotalNanoseconds,
            Tool = await VersionAsync(input.Tool, token),
        };
    }

    private async Task<string> VersionAsync(string tool, CancellationToken token)
    {
        if (!_versions.TryGetValue(tool, out string? version))
        {
            version = (await Tool.RunAsync(NetworkNamespace.Own, tool, ["--version"], token: token)).Trim();
            _versions[tool] = version;
        }

        return version;
    }
}
