using System.Diagnostics;
using System.Text;
using k8s;
using MathNet.Numerics.Statistics;
using Microsoft.Extensions.Logging.Abstractions;
using Plumbline.Cluster;
using Plumbline.Contracts;

namespace Plumbline.Bench;

/// <summary>
/// How fast the service scaler has Services in a cluster, beside the most that the same API server gives: a client that does nothing but
/// send bodies made beforehand, as many at once as the scaler does at most. Two objects a Service, for both. Is it the API server
/// that bounds the rate, and does that hold for every number of Services?
/// </summary>
internal static class ClusterScaling
{
    private const int Rounds = 4;

    /// <summary>For each allocation of an address, one after the other: at most 500 a second, twice what a real one gave up to 1,000 Services.</summary>
    private static readonly TimeSpan s_allocation = TimeSpan.FromMilliseconds(2);

    private static readonly int[] s_services = [500, 1_000, 2_000, 4_000];

    public static async Task RunAsync(CancellationToken token)
    {
        await using ITestedApiServer server = await StartServerAsync();
        Console.WriteLine($"{"Services",8} {"saturating client /s",22} {"service scaler /s",20} {"ratio",8}   (medians of {Rounds} rounds, Services created a second)");
        foreach (int services in s_services)
        {
            List<double> saturating = [], own = [];
            for (int round = 0; round < Rounds; round++)
            {
                // Either comes first by turns: what the first has left in the server costs the second.
                foreach (bool isOwn in round % 2 == 0 ? (bool[])[false, true] : [true, false])
                {
                    (isOwn ? own : saturating).Add(await MeasureAsync(server, services, isOwn, token));
                }
            }

            Console.WriteLine($"{services,8:N0} {saturating.Median(),22:N0} {own.Median(),20:N0} {own.Median() / saturating.Median(),8:F3}");
        }
    }

    private static async Task<ITestedApiServer> StartServerAsync()
    {
        if (RealApiServer.Assets is { } assets)
        {
            Console.WriteLine($"on a real kube-apiserver with etcd, from {assets}");
            return await RealApiServer.StartAsync();
        }

        Console.WriteLine($"on the tests' double of an API server, which takes {s_allocation.TotalMilliseconds} ms for each address; KUBEBUILDER_ASSETS names no real one");
        ApiServerDouble server = await ApiServerDouble.StartAsync();
        server.AllocationTime = s_allocation;
        return server;
    }

    /// <summary>Services a second, in a namespace of the round's own, which is removed afterwards.</summary>
    private static async Task<double> MeasureAsync(ITestedApiServer server, int services, bool isOwn, CancellationToken token)
    {
        Guid id = Guid.NewGuid();
        using ApiServer api = new(new Kubernetes(server.Configuration));
        ExperimentNamespace namespaces = new(api);
        await namespaces.EnsureAsync(id, token);
        ServiceObjects objects = new(id, [new EchoEndpoint("10.244.0.11", "echo-0", "node-1")], 7001);
        IReadOnlyList<DesiredService> desired = DesiredServices.Build(Step(id, services));
        ServiceReconciler reconciler = new(api, NullLogger.Instance);
        try
        {
            TimeSpan took = isOwn
                ? await TimeAsync(() => reconciler.ReconcileAsync(desired, objects, _ => { }, token))
                : await SaturateAsync(server, id, [.. desired.Select(objects.Slice)], [.. desired.Select(objects.Service)], api.Concurrency.Most, token);
            return services / took.TotalSeconds;
        }
        finally
        {
            // After Ctrl-C the server itself goes.
            if (!token.IsCancellationRequested)
            {
                await reconciler.ReconcileAsync([], objects, _ => { }, token);
                await namespaces.RemoveAsync((await namespaces.FindAsync(id, token))!, token);
            }
        }
    }

    private static async Task<TimeSpan> SaturateAsync(
        ITestedApiServer server, Guid id, IReadOnlyList<object> slices, IReadOnlyList<object> services, int atOnce, CancellationToken token)
    {
        string name = ClusterNames.Namespace(id);
        (string Path, byte[] Body)[] requests =
        [
            .. slices.Zip(services).SelectMany(pair => ((string, byte[])[])
            [
                ($"apis/discovery.k8s.io/v1/namespaces/{name}/endpointslices", Encoding.UTF8.GetBytes(KubernetesJson.Serialize(pair.First))),
                ($"api/v1/namespaces/{name}/services", Encoding.UTF8.GetBytes(KubernetesJson.Serialize(pair.Second))),
            ]),
        ];
        KubernetesClientConfiguration configuration = server.Configuration;
        using HttpClientHandler handler = new() { ServerCertificateCustomValidationCallback = (_, _, _, _) => true };
        using HttpClient http = new(handler) { BaseAddress = new Uri($"{configuration.Host}/"), DefaultRequestVersion = new Version(2, 0) };
        http.DefaultRequestHeaders.Authorization = configuration.AccessToken is { } bearer ? new("Bearer", bearer) : null;
        return await TimeAsync(() => Parallel.ForEachAsync(
            requests,
            new ParallelOptions { MaxDegreeOfParallelism = atOnce, CancellationToken = token },
            async (request, cancel) =>
            {
                using ByteArrayContent content = new(request.Body);
                content.Headers.ContentType = new("application/json");
                using HttpResponseMessage answer = await http.PostAsync(request.Path, content, cancel);
                if (!answer.IsSuccessStatusCode)
                {
                    throw new BenchException($"the API server refused {request.Path}: {await answer.Content.ReadAsStringAsync(cancel)}");
                }
            }));
    }

    private static async Task<TimeSpan> TimeAsync(Func<Task> work)
    {
        long start = Stopwatch.GetTimestamp();
        await work();
        return Stopwatch.GetElapsedTime(start);
    }

    private static ScaleStep Step(Guid id, int services) => new()
    {
        ExperimentId = id,
        Step = 1,
        Services = services,
        DataPlanes = [DataPlane.Nftables],
        NftablesDialect = NftablesDialect.V136,
        EndpointsPerService = 1,
        Protocols = [ServiceProtocol.Udp, ServiceProtocol.Tcp],
        PortsPerService = 1,
        Seed = 1,
    };
}
