using System.Diagnostics;
using System.Text;
using MathNet.Numerics.Statistics;
using Microsoft.Extensions.Logging.Abstractions;
using Plumbline.Cluster;
using Plumbline.Contracts;
using Plumbline.Linux;
using Plumbline.Probing.Tracing;
using k8s;

namespace Plumbline.Bench;

/// <summary>
/// Compares the service scaler with a saturating client, which only sends prepared bodies, with as many requests at
/// once as the scaler. Both create two objects for each Service. When both reach the same rate, the API server is the
/// limit. Each measurement has a new server, because leftovers of the last one would slow it down. The clients have a
/// CPU of their own, as on another machine. On a shared CPU they would slow the server down.
/// </summary>
internal static class ClusterScaling
{
    /// <summary>Services to create before each measurement, because a new server's first requests are slow.</summary>
    private const int WarmUp = 200;

    /// <summary>
    /// Time to allocate an address, one after the other: at most 500 a second, like a real server with few Services.
    /// </summary>
    private static readonly TimeSpan s_allocation = TimeSpan.FromMilliseconds(2);

    private static readonly (int Services, int Rounds)[] s_plan = [(500, 8), (1_000, 8), (2_000, 6), (4_000, 6)];

    public static Task RunApartAsync(CancellationToken token) => RunAsync(isApart: true, token);

    public static Task RunSharedAsync(CancellationToken token) => RunAsync(isApart: false, token);

    private static async Task RunAsync(bool isApart, CancellationToken token)
    {
        Console.WriteLine(RealApiServer.Assets is { } assets
            ? $"on real kube-apiservers with etcd, from {assets}"
            : $"on the double of an API server, which takes {s_allocation.TotalMilliseconds} ms for each address; "
                + "set KUBEBUILDER_ASSETS to use a real one");
        await MeasureAsync(WarmUp, isOwn: false, isApart, token);
        await MeasureAsync(WarmUp, isOwn: true, isApart, token);
        Console.WriteLine(
            $"{"Services",8} {"rounds",6} {"saturating client /s",22} {"service scaler /s",20} {"ratio",8} "
            + $"{"by round",15}   (medians; Services created a second)");
        foreach ((int services, int rounds) in s_plan)
        {
            List<double> saturating = [], own = [];
            for (int round = 0; round < rounds; round++)
            {
                // They take turns in going first, because the machine may drift.
                foreach (bool isOwn in round % 2 == 0 ? (bool[])[false, true] : [true, false])
                {
                    (isOwn ? own : saturating).Add(await MeasureAsync(services, isOwn, isApart, token));
                }
            }

            double[] ratios = [.. own.Zip(saturating, (scaler, client) => scaler / client)];
            string range = $"{ratios.Min():F2} – {ratios.Max():F2}";
            Console.WriteLine(
                $"{services,8:N0} {rounds,6} {saturating.Median(),22:N0} {own.Median(),20:N0} {ratios.Median(),8:F3} "
                + $"{range,15}");
        }
    }

    private static async Task<ITestedApiServer> StartServerAsync(bool isApart, CancellationToken token)
    {
        if (RealApiServer.Assets is null)
        {
            ApiServerDouble inProcess = await ApiServerDouble.StartAsync();
            inProcess.AllocationTime = s_allocation;
            return inProcess;
        }

        RealApiServer server = await RealApiServer.StartAsync();
        if (isApart)
        {
            int own = AllowedCpus.OfProcess.Last;
            int others = AllowedCpus.OfProcess.FirstOtherThan(own);
            foreach ((int process, int cpu) in
                server.ProcessIds.Select(each => (each, others)).Append((Environment.ProcessId, own)))
            {
                await Tool.RunAsync(
                    NetworkNamespace.Own,
                    "taskset",
                    ["--all-tasks", "--cpu-list", "--pid", $"{cpu}", $"{process}"],
                    token: token);
            }
        }

        return server;
    }

    /// <returns>Services a second.</returns>
    private static async Task<double> MeasureAsync(int services, bool isOwn, bool isApart, CancellationToken token)
    {
        await using ITestedApiServer server = await StartServerAsync(isApart, token);
        await CreateAsync(server, WarmUp, isOwn, token);
        return services / (await CreateAsync(server, services, isOwn, token)).TotalSeconds;
    }

    private static async Task<TimeSpan> CreateAsync(
        ITestedApiServer server, int services, bool isOwn, CancellationToken token)
    {
        using ApiServer api = new(new Kubernetes(server.Configuration));
        Guid id = Guid.NewGuid();
        await new ExperimentNamespace(api).EnsureAsync(id, token);
        ServiceObjects objects = new(id, [new EchoEndpoint("10.244.0.11", "echo-0", "node-1")], 7001);
        IReadOnlyList<DesiredService> desired = DesiredServices.Build(Step(id, services));
        return isOwn
            ? await TimeAsync(() => new ServiceReconciler(api, NullLogger<ServiceReconciler>.Instance).ReconcileAsync(
                desired, objects, _ => { }, token))
            : await SaturateAsync(
                server,
                id,
                [.. desired.Select(objects.Slice)],
                [.. desired.Select(objects.Service)],
                ServiceReconciler.RequestsAtOnce,
                token);
    }

    private static async Task<TimeSpan> SaturateAsync(
        ITestedApiServer server,
        Guid id,
        IReadOnlyList<object> slices,
        IReadOnlyList<object> services,
        int atOnce,
        CancellationToken token)
    {
        string name = ClusterNames.Namespace(id);
        (string Path, byte[] Body)[] requests =
        [
            .. slices.Zip(services).SelectMany(pair => ((string, byte[])[])
            [
                ($"apis/discovery.k8s.io/v1/namespaces/{name}/endpointslices", Body(pair.First)),
                ($"api/v1/namespaces/{name}/services", Body(pair.Second)),
            ]),
        ];
        KubernetesClientConfiguration configuration = server.Configuration;
        using HttpClientHandler handler = new() { ServerCertificateCustomValidationCallback = (_, _, _, _) => true };
        using HttpClient http =
            new(handler) { BaseAddress = new Uri($"{configuration.Host}/"), DefaultRequestVersion = new Version(2, 0) };
        http.DefaultRequestHeaders.Authorization =
            configuration.AccessToken is { } bearer ? new("Bearer", bearer) : null;
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
                    throw new BenchException(
                        $"the API server refused {request.Path}: {await answer.Content.ReadAsStringAsync(cancel)}");
                }
            }));
    }

    private static byte[] Body(object resource) => Encoding.UTF8.GetBytes(KubernetesJson.Serialize(resource));

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
        Cell = Cell.Empty.With(services),
        DataPlanes = [Planes.Nftables],
        NftablesDialect = NftablesDialect.V136,
        EndpointsPerService = 1,
        PortsPerService = 1,
        Seed = 1,
    };
}
