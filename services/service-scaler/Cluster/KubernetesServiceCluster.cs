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
    ProxyModeSwitch proxy,
    ScalingReports reports,
    TimeProvider clock,
    ILogger<KubernetesServiceCluster> logger) : IServiceCluster
{
    private readonly ExperimentNamespace _namespaces = new(api);
    private readonly StandingStep _standing = new(new ExperimentNamespace(api));
    private readonly ServiceReconciler _reconciler = new(api, logger);
    private readonly KubeProxySwitch _kubeProxy = new(api, logger);

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
    public async Task RemoveAsync(Guid experimentId, CancellationToken token)
    {
        List<Exception> failures = [];
        foreach (Func<Task> each in (Func<Task>[])
        [
            () => RemoveNamespaceAsync(experimentId, token),
            () => _kubeProxy.RestoreAsync(id => Task.FromResult(id == experimentId), token),
            () => lease.ReleaseAsync(experimentId, token),
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

    /// <summary>Its Services first, by blocks at once: whoever ends namespaces for the cluster does it one kind after the other.</summary>
    private async Task RemoveNamespaceAsync(Guid experimentId, CancellationToken token)
    {
        if (await _namespaces.FindAsync(experimentId, token) is { Metadata.DeletionTimestamp: null })
        {
            await _reconciler.ReconcileAsync([], new ServiceObjects(experimentId, [], echo.Port), _ => { }, token);
        }

        if (await _namespaces.FindAsync(experimentId, token) is { } there)
        {
            await _namespaces.RemoveAsync(there, token);
            logger.LogInformation("experiment {ExperimentId}: removed namespace {Namespace}", experimentId, there.Metadata.Name);
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

    private async Task<ServicesScaled> ScaleHeldAsync(ScaleStep step, CancellationToken token)
    {
        IReadOnlyList<EchoEndpoint> endpoints = await echo.FindAsync(api, step.EndpointsPerService, token);
        if (await ServiceAddresses.RefusalAsync(api, step.ExperimentId, Math.Max(step.Services, step.MostServices), token) is { } reason)
        {
            throw new ClusterRefusedException(reason);
        }

        IReadOnlyList<NodeReading> readings = step.ProxyMode is { } mode
            ? await reports.DuringAsync(report => proxy.SwitchAsync(step, mode, now => report(ProgressOf(step) with { ProxySwitch = now }), token), token)
            : await nodes.ReadAsync(token);
        DataPlane dataPlane = NodePlane.Choose(readings, NodePlane.OfMode(step.ProxyMode, step.AllDataPlanes ?? step.DataPlanes), step.NftablesDialect);
        await _namespaces.EnsureAsync(step.ExperimentId, token);
        await _standing.ForgetAsync(step.ExperimentId, token);
        TimeSpan programming = await reports.DuringAsync(
            report => ProgramAsync(step, dataPlane, new ServiceObjects(step.ExperimentId, endpoints, echo.Port), report, token), token);

        await lease.EnsureStillHeldAsync(step.ExperimentId, token);
        ServicesScaled scaled = new()
        {
            ExperimentId = step.ExperimentId,
            Run = step.Run,
            Step = step.Step,
            DataPlanes =
            [
                .. step.DataPlanes.Select(each => new ProgrammedDataPlane
                {
                    DataPlane = each,
                    Services = step.Services,
                    Rules = step.Services * step.PortsPerService,
                    ProgrammingNs = (long)programming.TotalNanoseconds,
                    Tool = "kube-proxy",
                }),
            ],
        };
        await _standing.KeepAsync(scaled, token);
        return scaled;
    }

    /// <returns>From the first object's creation to the last rule's being in the kernel.</returns>
    private async Task<TimeSpan> ProgramAsync(
        ScaleStep step, DataPlane dataPlane, ServiceObjects objects, Action<ScalingProgress> report, CancellationToken token)
    {
        ScalingProgress progress = ProgressOf(step);
        long start = clock.GetTimestamp();
        int created = await _reconciler.ReconcileAsync(
            DesiredServices.Build(step), objects, now => report(progress with { ServicesThere = now.Standing, ChangesLeft = now.Remaining }), token);
        TimeSpan creating = clock.GetElapsedTime(start);
        await rules.AwaitAsync(
            dataPlane,
            ClusterNames.Namespace(step.ExperimentId),
            step.Services * step.PortsPerService,
            there => report(progress with { ServicesThere = step.Services, RulesThere = there }),
            token);
        TimeSpan programming = clock.GetElapsedTime(start);
        logger.LogInformation(
            "experiment {ExperimentId} step {Step}: {Services} Services stand ({Created} created) after {CreatingMs:F0} ms, their {Rules} rules after {ProgrammingMs:F0} ms",
            step.ExperimentId, step.Step, step.Services, created, creating.TotalMilliseconds, progress.Rules, programming.TotalMilliseconds);
        return programming;
    }

    private static ScalingProgress ProgressOf(ScaleStep step) => new()
    {
        ExperimentId = step.ExperimentId,
        Run = step.Run,
        Step = step.Step,
        Services = step.Services,
        Rules = step.Services * step.PortsPerService,
    };
}
