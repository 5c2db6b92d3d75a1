using k8s;

namespace Plumbline.Tests;

/// <summary>An API server that a suite runs against: the double, or a real one.</summary>
internal interface ITestedApiServer : IAsyncDisposable
{
    /// <summary>How to reach it as one who may do everything.</summary>
    KubernetesClientConfiguration Configuration { get; }

    /// <summary>The same for one who only looks on: spared from faults and refusals that are asked for.</summary>
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
