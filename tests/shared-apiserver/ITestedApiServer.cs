using k8s;

namespace Plumbline.Tests;

/// <summary>An API server that a suite runs against: the double, or a real one.</summary>
internal interface ITestedApiServer : IAsyncDisposable
{
    /// <summary>How to reach it as one who may do everything.</summary>
    KubernetesClientConfiguration Configuration { get; }
}
