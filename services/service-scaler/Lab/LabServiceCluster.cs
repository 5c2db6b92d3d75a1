using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Plumbline.Contracts;
using Plumbline.Lab;
using Plumbline.Linux;
using Plumbline.Rules;

namespace Plumbline.ServiceScaler.Lab;

/// <summary>
/// Makes Services exist without a cluster: writes kube-proxy's rules for them into a lab node of each data plane, reads
/// them back and counts them.
/// </summary>
public sealed class LabServiceCluster(ILabEndpoints endpoints, ILogger<LabServiceCluster> logger) : IServiceCluster, IAsyncDisposable
{
    /// <summary>By the name of the namespace that they are served in.</summary>
    private readonly Dictionary<string, IAsyncDisposable> _endpoints = [];

    public Task<ServicesScaled?> FindCompleteAsync(Guid experimentId, CancellationToken token) =>
        Task.FromResult(LabSteps.Find(experimentId));

    public async Task<ServicesScaled> ScaleAsync(ScaleStep step, CancellationToken token)
    {
        if (step.Nodes.Count > 0)
        {
            throw new InvalidOperationException(
                $"nodes: {string.Join(", ", step.Nodes)} are a cluster's, but this pipeline's service scaler works in the lab: leave nodes out, or start the scaler with PLUMBLINE_SCALER__TARGET=cluster");
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

        ServicesScaled scaled = new() { ExperimentId = step.ExperimentId, Run = step.Run, Step = step.Step, DataPlanes = programmed };
        LabSteps.Keep(scaled);
        return scaled;
    }

    public async Task RemoveAsync(RemoveServices remove, CancellationToken token)
    {
        foreach (string name in _endpoints.Keys.Where(name => name.StartsWith(LabNode.ExperimentPrefix(remove.ExperimentId), StringComparison.Ordinal)).ToList())
        {
            await CloseEndpointsAsync(name);
        }

        IReadOnlyList<string> removed = await LabNetwork.RemoveAsync(remove.ExperimentId);
        logger.LogInformation("experiment {ExperimentId}: removed {Count} network namespaces", remove.ExperimentId, removed.Count);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (string name in _endpoints.Keys.ToList())
        {
            await CloseEndpointsAsync(name);
        }
    }

    /// <summary>Serves the endpoints of nodes that an earlier life of this worker has made: their experiments go on.</summary>
    public async Task AdoptAsync(CancellationToken token)
    {
        foreach (NetworkNamespace each in LabNetwork.ListEndpoints())
        {
            await LabNetwork.KillProcessesAsync(each.Name!);
            _endpoints[each.Name!] = await endpoints.ServeAsync(each, token);
            logger.LogInformation("serving {Namespace}, which an earlier life had made", each);
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
        if (node.DataPlane == DataPlane.NoRules)
        {
            return new ProgrammedDataPlane { DataPlane = DataPlane.NoRules, Services = 0, Rules = 0, ProgrammingNs = 0, Tool = "none" };
        }

        IReadOnlyList<ServicePort> ports = LabServices.Build(step, node.DataPlane);
        (string tool, string[] arguments, string text) = Rules(ports, node.DataPlane, step.NftablesDialect);

        long start = Stopwatch.GetTimestamp();
        await Tool.RunAsync(node.Node, tool, arguments, writer => writer.Write(text), token);
        TimeSpan programming = Stopwatch.GetElapsedTime(start);

        int rules = (await KernelServiceRules.ReadAsync(node.Node, node.DataPlane, token)).Count;
        if (rules != ports.Count)
        {
            throw new InvalidOperationException(
                $"{node.DataPlane.WireName()}: {ports.Count} Service rules were written with {tool} but the kernel holds {rules}");
        }

        logger.LogInformation(
            "experiment {ExperimentId} step {Step}: {DataPlane} holds {Services} Services in {Rules} rules after {Milliseconds:F0} ms",
            step.ExperimentId, step.Step, node.DataPlane, step.Services, rules, programming.TotalMilliseconds);
        return new ProgrammedDataPlane
        {
            DataPlane = node.DataPlane,
            Services = step.Services,
            Rules = rules,
            ProgrammingNs = (long)programming.TotalNanoseconds,
            Tool = (await Tool.RunAsync(NetworkNamespace.Own, tool, ["--version"], token: token)).Trim(),
        };
    }

    private static (string Tool, string[] Arguments, string Text) Rules(
        IReadOnlyList<ServicePort> ports, DataPlane dataPlane, NftablesDialect dialect)
    {
        using StringWriter writer = new() { NewLine = "\n" };
        switch (dataPlane)
        {
            case DataPlane.IptablesLegacy:
                IptablesRules.WriteRestore(writer, ports, LabNode.Network);
                return ("iptables-legacy-restore", ["-w", "30"], writer.ToString());
            case DataPlane.IptablesNft:
                IptablesRules.WriteRestore(writer, ports, LabNode.Network);
                return ("iptables-nft-restore", [], writer.ToString());
            case DataPlane.Nftables:
                NftablesRules.WriteNft(writer, ports, LabNode.Network, dialect, port => ServiceNames.IsTarget(port.Name));
                return ("nft", ["-f", "-"], writer.ToString());
            default:
                throw new ArgumentOutOfRangeException(nameof(dataPlane), dataPlane, "has no rules");
        }
    }
}
