using System.Collections.Concurrent;
using k8s;

namespace Plumbline.Manifests.Tests;

/// <summary>The objects of a folder of k8s/, as `kubectl kustomize` renders them.</summary>
internal sealed class Manifests
{
    public const string AllInOne = "k8s";

    public const string External = "k8s/overlays/external";

    /// <summary>Applied separately, to allow switching kube-proxy.</summary>
    public const string ProxyModes = "k8s/proxy-modes";

    public const string ProbesNamespace = "plumbline-probes";

    /// <summary>All folders that can be applied, and their common base.</summary>
    public static readonly IReadOnlyList<string> Folders =
        [AllInOne, "k8s/base", "k8s/overlays/all-in-one", External, "k8s/overlays/kind"];

    private static readonly ConcurrentDictionary<string, Task<Manifests>> s_made = new();

    private readonly string _folder;

    private Manifests(string folder, string text) => (_folder, Objects) = (folder, ApiSchema.Read(text));

    public IReadOnlyList<IKubernetesObject<V1ObjectMeta>> Objects { get; }

    /// <summary>All objects that make pods.</summary>
    public IEnumerable<Workload> Workloads => Objects.Select(Workload.Of).OfType<Workload>();

    public static Task<Manifests> OfAsync(string folder) => s_made.GetOrAdd(folder, MakeAsync);

    /// <summary>The manifests of every folder.</summary>
    public static async Task<IReadOnlyList<Manifests>> AllAsync() => await Task.WhenAll(Folders.Select(OfAsync));

    public IEnumerable<T> Of<T>() => Objects.OfType<T>();

    public override string ToString() => _folder;

    private static async Task<Manifests> MakeAsync(string folder) =>
        new(folder, (await Kubectl.RunAsync("kustomize", Repository.File(folder))).StandardOutput);
}
