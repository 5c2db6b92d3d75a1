using System.Collections.Concurrent;
using k8s;
using Microsoft.Extensions.Logging.Abstractions;
using Plumbline.ServiceScaler.Cluster;

namespace Plumbline.Cluster.Tests;

/// <summary>A service scaler's cluster side, from its start to its end, on an API server.</summary>
internal sealed class ScalerLife : IDisposable
{
    public static readonly ApiPatience Patience = new()
    {
        FirstDelay = TimeSpan.FromMilliseconds(5),
        LongestDelay = TimeSpan.FromMilliseconds(200),
        Look = TimeSpan.FromMilliseconds(20),
    };

    private readonly ConcurrentQueue<object> _told = [];
    private readonly Kubernetes _asNode;

    public ScalerLife(ITestedApiServer server, string pipeline = "pipeline-1", ApiPatience? patience = null, LeaseTerms? terms = null, RulesPatience? rules = null, INodeRules? nodes = null)
    {
        Api = new ApiServer(new Kubernetes(server.Configuration), patience ?? Patience);
        _asNode = new Kubernetes(server.Observer);
        Node = new KubeProxyStandIn(_asNode);
        ClusterPlace place = new(pipeline, ClusterObjects.EchoNamespace, new Dictionary<string, string>());
        Lease = new LeaseKeeper(
            Api, place, terms ?? new LeaseTerms(), TimeProvider.System, NullLogger<LeaseKeeper>.Instance);
        rules ??= new RulesPatience { FirstPause = TimeSpan.FromMilliseconds(5) };
        Cluster = new KubernetesServiceCluster(
            Api,
            Lease,
            nodes ?? Node,
            new RulesAwaiter(nodes ?? Node, TimeProvider.System, rules),
            new EchoEndpoints(ClusterObjects.EchoNamespace, "app.kubernetes.io/name=echo-worker", 7001),
            place,
            new ProxyModeSwitch(
                Api, nodes ?? Node, TimeProvider.System, rules with { LongestPause = TimeSpan.FromMilliseconds(20) }, NullLogger<ProxyModeSwitch>.Instance),
            new ProgressReports(
                (progress, _) =>
                {
                    _told.Enqueue(progress);
                    return Task.CompletedTask;
                },
                new ReportPeriod { Length = TimeSpan.FromMilliseconds(100) },
                TimeProvider.System,
                NullLogger<ProgressReports>.Instance),
            TimeProvider.System,
            NullLogger<KubernetesServiceCluster>.Instance);
    }

    public ApiServer Api { get; }

    /// <summary>Unused where it was given real nodes.</summary>
    public KubeProxyStandIn Node { get; }

    public LeaseKeeper Lease { get; }

    public KubernetesServiceCluster Cluster { get; }

    /// <summary>How far steps were told to be.</summary>
    public IEnumerable<ScalingProgress> Progress => _told.OfType<ScalingProgress>();

    /// <summary>How far removals were told to be.</summary>
    public IEnumerable<RemovalProgress> Removals => _told.OfType<RemovalProgress>();

    public Task RemoveAsync(Guid experimentId, CancellationToken token) => Cluster.RemoveAsync(new RemoveServices { ExperimentId = experimentId }, token);

    public void Dispose()
    {
        Lease.Dispose();
        Api.Dispose();
        _asNode.Dispose();
    }

    public static ScaleStep Step(Guid experimentId, int step, int services) => new()
    {
        ExperimentId = experimentId,
        Step = step,
        Services = services,
        Nodes = [ClusterView.Node],
        DataPlanes = [services == 0 ? DataPlane.NoRules : DataPlane.Nftables],
        NftablesDialect = NftablesDialect.V136,
        EndpointsPerService = 1,
        Protocols = [ServiceProtocol.Udp, ServiceProtocol.Tcp],
        PortsPerService = 1,
        Seed = 1,
    };
}
