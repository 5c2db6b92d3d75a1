using k8s;

namespace Plumbline.Tests;

/// <summary>An API server that a suite runs against: the double, or a real one.</summary>
internal interface ITestedApiServer : IAsyncDisposable
{
    /// <summary>Connects with all permissions.</summary>
    KubernetesClientConfiguration Configuration { get; }

    /// <summary>Connects as an observer, whom faults and refusals spare.</summary>
    KubernetesClientConfiguration Observer
    {
        get
        {
            KubernetesClientConfiguration configuration = Configuration;
            configuration.UserAgent = ObserverAgent;
            return configuration;
        }
    }

    const string ObserverAgent = "observer";
}
