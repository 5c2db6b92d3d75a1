using System.Collections.Concurrent;
using k8s;
using Microsoft.Extensions.DependencyInjection;
using Plumbline.ServiceScaler.Cluster;

namespace Plumbline.Cluster.Tests;

/// <summary>The cluster side of a service scaler, from its start to its end, on an API server.</summary>
internal sealed class ScalerLife : IDisposable
{
    public static readonly ApiPatience Patience = new()
    {
        FirstDelay = TimeSpan.FromMilliseconds(5),
        LongestDelay = TimeSpan.FromMilliseconds(200),
        Look = TimeSpan.FromMilliseconds(20),
    };

    private static readonly RulesPatience s_rules = new()
    {
        FirstPause = TimeSpan.FromMilliseconds(5),
        LongestPause = TimeSpan.FromMilliseconds(20),
    };

    private readonly ConcurrentQueue<object> _published = [];
    private readonly Kubernetes _asNode;
    private readonly ServiceProvider _parts;

    public ScalerLife(
        ITestedApiServer server,
        string pipeline = "pipeline-1",
        ApiPatience? patience = null,
        LeaseTerms? terms = null,
        RulesPatience? rules = null,
        INodeQuestions? nodes = null)
    {
        Api = new ApiServer(new Kubernetes(server.Configuration), patience ?? Patience);
        _asNode = new Kubernetes(server.Observer);
        Node = new KubeProxyStandIn(_asNode);
        ServiceCollection services = new();
        services.AddLogging();
        services.AddSingleton(Api);
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton(
            new ClusterSettings(pipeline, ClusterObjects.EchoNamespace, new Dictionary<string, string>()));
        services.AddSingleton(
            new EchoEndpoints(ClusterObjects.EchoNamespace, "app.kubernetes.io/name=echo-worker", 7001));
        services.AddSingleton(terms ?? new LeaseTerms { Renewal = TimeSpan.FromMilliseconds(200) });
        services.AddSingleton(rules ?? s_rules);
        services.AddSingleton(nodes ?? Node);
        services.AddSingleton(new ReportPeriod { Length = TimeSpan.FromMilliseconds(100) });
        services.AddSingleton<Func<object, CancellationToken, Task>>((progress, _) =>
        {
            _published.Enqueue(progress);
            return Task.CompletedTask;
        });
        services.AddClusterSteps();
        _parts = services.BuildServiceProvider(validateScopes: true);
    }

    public ApiServer Api { get; }

    /// <summary>Unused when real nodes were given.</summary>
    public KubeProxyStandIn Node { get; }

    public LeaseKeeper Lease => _parts.GetRequiredService<LeaseKeeper>();

    public LeftoverSweep Sweep => _parts.GetRequiredService<LeftoverSweep>();

    public KubernetesServiceCluster Cluster => _parts.GetRequiredService<KubernetesServiceCluster>();

    /// <summary>Progress of steps that was published.</summary>
    public IEnumerable<ScalingProgress> Progress => _published.OfType<ScalingProgress>();

    /// <summary>Progress of removals that was published.</summary>
    public IEnumerable<RemovalProgress> Removals => _published.OfType<RemovalProgress>();

    public Task RemoveAsync(Guid experimentId, CancellationToken token) =>
        Cluster.RemoveAsync(new RemoveServices { ExperimentId = experimentId }, token);

    public void Dispose()
    {
        _parts.Dispose();
        Api.Dispose();
        _asNode.Dispose();
    }

    public static ScaleStep Step(Guid experimentId, int step, int services, int tcpShare = 50) => new()
    {
        ExperimentId = experimentId,
        Step = step,
        Cell = Cell.Empty.With(services).With(Axes.TcpShare, $"{tcpShare}"),
        Nodes = [ClusterView.Node],
        DataPlanes = [services == 0 ? DataPlane.NoRules : Planes.Nftables],
        NftablesDialect = NftablesDialect.V136,
        EndpointsPerService = 1,
        PortsPerService = 1,
        Seed = 1,
    };
}
