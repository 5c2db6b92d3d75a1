using Plumbline.DataPlanes;
using System.Runtime.ExceptionServices;
using Microsoft.Extensions.Logging;
using Plumbline.Cluster;
using Plumbline.Contracts;

namespace Plumbline.ServiceScaler.Cluster;

/// <summary>
/// Makes Services exist in a Kubernetes cluster, in a namespace of the experiment's own, where kube-proxy makes rules of them. Can be
/// killed at any moment: the next call looks at what is there and goes on from it.
/// </summary>
public sealed class KubernetesServiceCluster(
    ApiServer api,
    LeaseKeeper lease,
    INodeRules nodes,
    RulesAwaiter rules,
    EchoEndpoints echo,
    ClusterPlace place,
    ProxyModeSwitch proxy,
    ProgressReports reports,
    TimeProvider clock,
    ILogger<KubernetesServiceCluster> logger) : IServiceCluster
{
    /// <summary>Of a question that a node did not answer in time.</summary>
    private const int MostRepeats = 5;

    private readonly ExperimentNamespace _namespaces = new(api);
    private readonly StandingStep _standing = new(new ExperimentNamespace(api));
    private readonly ServiceReconciler _reconciler = new(api, logger);
    private readonly KubeProxySwitch _kubeProxy = new(api);

    public Task<ServicesScaled?> FindStandingAsync(Guid experimentId, CancellationToken token) => _standing.FindAsync(experimentId, token);

    /// <exception cref="ClusterRefusedException">The cluster cannot be used for this step, and nothing was created.</exception>
    public async Task<ServicesScaled> ScaleAsync(ScaleStep step, CancellationToken token)
    {
        await RefuseWithoutPermissionAsync(step, token);
        CancellationToken lost = await lease.TakeAsync(step.ExperimentId, token);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(token, lost);
        try
        {
            return await ScaleHeldAsync(step, either.Token);
        }
        catch (OperationCanceledException) when (lost.IsCancellationRequested && !token.IsCancellationRequested)
        {
            throw new ClusterRefusedException("the cluster was taken over by another experiment while this one was being set up");
        }
    }

    /// <summary>The experiment is over, also where it could not be removed: then the next one that takes the cluster sweeps it up.</summary>
    public Task RemoveAsync(RemoveServices remove, CancellationToken token)
    {
        RemovalProgress progress = new() { ExperimentId = remove.ExperimentId, Run = remove.Run };
        return reports.DuringAsync(report => RemoveAsync(progress, report, token), token);
    }

    private async Task RemoveAsync(RemovalProgress progress, Action<object> report, CancellationToken token)
    {
        List<Exception> failures = [];
        foreach (Func<Task> each in (Func<Task>[])
        [
            () => RemoveNamespaceAsync(progress, report, token),
            () => RestoreKubeProxyAsync(progress, report, token),
            () => lease.ReleaseAsync(progress.ExperimentId, token),
        ])
        {
            try
            {
                await each();
            }
            catch (Exception exception) when (!token.IsCancellationRequested)
            {
                failures.Add(exception);
            }
        }

        switch (failures)
        {
            case [var only]:
                ExceptionDispatchInfo.Throw(only);
                break;
            case [_, ..]:
                throw new InvalidOperationException(string.Join("; ", failures.Select(each => each.Message)), failures[0]);
        }
    }

    private async Task RestoreKubeProxyAsync(RemovalProgress progress, Action<object> report, CancellationToken token)
    {
        void Report(ProxyRestart now) => report(progress with
        {
            ProxyRestart = new() { Pods = now.Pods, PodsRestarted = now.PodsRestarted, PodsAvailable = now.PodsAvailable },
        });
        if (await _kubeProxy.RestoreAsync(id => Task.FromResult(id == progress.ExperimentId), Report, token) is { } restored)
        {
            logger.Log(restored.IsExact ? LogLevel.Information : LogLevel.Warning, "{Restoration}", restored);
        }
    }

    /// <summary>Its Services first, by blocks at once: whoever ends namespaces for the cluster does it one kind after the other.</summary>
    private async Task RemoveNamespaceAsync(RemovalProgress progress, Action<object> report, CancellationToken token)
    {
        if (await _namespaces.FindAsync(progress.ExperimentId, token) is { Metadata.DeletionTimestamp: null })
        {
            await _reconciler.ReconcileAsync([], new ServiceObjects(progress.ExperimentId, [], echo.Port), now => report(progress with { ChangesLeft = now.Remaining }), token);
        }

        if (await _namespaces.FindAsync(progress.ExperimentId, token) is { } there)
        {
            await _namespaces.RemoveAsync(there, token);
            logger.LogInformation("experiment {ExperimentId}: removed namespace {Namespace}", progress.ExperimentId, there.Metadata.Name);
        }
    }

    private async Task RefuseWithoutPermissionAsync(ScaleStep step, CancellationToken token)
    {
        IReadOnlyList<Permission> needed =
            [.. Permissions.Needed(ClusterNames.Namespace(step.ExperimentId), echo.PodNamespace), .. step.ProxyMode is null ? [] : Permissions.NeededToSwitchKubeProxy];
        IReadOnlyList<Permission> missing = await Permissions.MissingAsync(api, needed, token);
        if (missing.Count > 0)
        {
            throw new ClusterRefusedException($"the API server does not let this worker {string.Join(", ", missing)}: grant it what docs/cluster.md lists");
        }
    }

    /// <summary>
    /// At the first step a node that says nothing is refused; later its probe may be behind questions about tens of thousands of rules, or begin
    /// anew, and is asked again.
    /// </summary>
    private async Task<IReadOnlyList<NodeDataPlaneRead>> ReadNodesAsync(ScaleStep step, CancellationToken token)
    {
        for (int again = step.Step == 0 ? 0 : MostRepeats; ; again--)
        {
            try
            {
                return await nodes.ReadAsync(step.Nodes, token);
            }
            catch (ClusterRefusedException silence) when (again > 0)
            {
                logger.LogWarning("asking again: {Reason}", silence.Message);
            }
        }
    }

    private async Task<ServicesScaled> ScaleHeldAsync(ScaleStep step, CancellationToken token)
    {
        IReadOnlyList<string> prefixes = await ClusterNodes.SourcePrefixesAsync(api, step.Nodes, place.SourcePrefixes, token);
        IReadOnlyList<EchoEndpoint> endpoints = await echo.FindAsync(api, step.EndpointsPerService, token);
        if (await ServiceAddresses.RefusalAsync(api, step.ExperimentId, Math.Max(step.Cell.Services, step.MostServices), token) is { } reason)
        {
            throw new ClusterRefusedException(reason);
        }

        IReadOnlyList<NodeDataPlaneRead> readings = step.ProxyMode is { } mode
            ? await reports.DuringAsync(report => proxy.SwitchAsync(step, mode, now => report(ProgressOf(step) with { ProxySwitch = now }), token), token)
            : await ReadNodesAsync(step, token);
        DataPlane dataPlane = NodePlane.Choose(readings, NodePlane.OfMode(step.ProxyMode, step.AllDataPlanes ?? step.DataPlanes), step.NftablesDialect);
        MeasuredNode[] places = [.. step.Nodes.Zip(prefixes, (node, prefix) => new MeasuredNode
        {
            Name = node,
            SourcePrefix = prefix,
            EndpointIp = endpoints[0].Address,
            EndpointPort = echo.Port,
            ServiceNamespace = ClusterNames.Namespace(step.ExperimentId),
        })];
        await _namespaces.EnsureAsync(step.ExperimentId, token);
        await _standing.ForgetAsync(step.ExperimentId, token);
        IReadOnlyList<ScaledNode> scaledNodes = await reports.DuringAsync(
            report => ProgramAsync(step, dataPlane, places, readings, new ServiceObjects(step.ExperimentId, endpoints, echo.Port), report, token), token);

        await lease.EnsureStillHeldAsync(step.ExperimentId, token);
        ServicesScaled scaled = ScaledSteps.Of(step, scaledNodes);
        await _standing.KeepAsync(scaled, token);
        return scaled;
    }

    private async Task<IReadOnlyList<ScaledNode>> ProgramAsync(
        ScaleStep step,
        DataPlane dataPlane,
        IReadOnlyList<MeasuredNode> places,
        IReadOnlyList<NodeDataPlaneRead> readings,
        ServiceObjects objects,
        Action<ScalingProgress> report,
        CancellationToken token)
    {
        ScalingProgress progress = ProgressOf(step);
        long start = clock.GetTimestamp();
        (int created, ServiceAddress? newest) = await _reconciler.ReconcileAsync(
            DesiredServices.Build(step), objects, now => report(progress with { ServicesThere = now.Standing, ChangesLeft = now.Remaining }), token);
        TimeSpan creating = clock.GetElapsedTime(start);
        ScaledNode[] scaled = await Task.WhenAll(places.Zip(readings, async (node, reading) =>
        {
            CountNodeRules question = new() { ExperimentId = step.ExperimentId, Node = node, DataPlane = dataPlane, Wanted = progress.Rules, Newest = newest };
            NodeRulesCounted counted = await rules.AwaitAsync(question, there => report(progress with { ServicesThere = step.Cell.Services, RulesThere = there }), token);
            return ScaledSteps.Of(node, reading, counted, clock.GetElapsedTime(start));
        }));
        logger.LogInformation(
            "experiment {ExperimentId} step {Step}: {Services} Services stand ({Created} created) after {CreatingMs:F0} ms, their {Rules} rules on all nodes after {ProgrammingMs:F0} ms",
            step.ExperimentId, step.Step, step.Cell.Services, created, creating.TotalMilliseconds, progress.Rules, scaled.Max(each => each.ProgrammingNs) / 1e6);
        return scaled;
    }

    private static ScalingProgress ProgressOf(ScaleStep step) => new()
    {
        ExperimentId = step.ExperimentId,
        Run = step.Run,
        Step = step.Step,
        Services = step.Cell.Services,
        Rules = step.Cell.Services * step.PortsPerService,
    };
}
