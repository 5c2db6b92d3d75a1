using Plumbline.NodeProbe;

namespace Plumbline.Cli.Cluster;

/// <summary>One part of what `plumbline doctor --cluster` looks at.</summary>
internal interface IClusterCheck
{
    /// <summary>Of what it is, for when it cannot be looked at.</summary>
    string What { get; }

    /// <exception cref="Plumbline.Cluster.ApiException">The API server does not let us see it.</exception>
    Task<IReadOnlyList<Finding>> CheckAsync(CancellationToken token);
}
