using Plumbline.NodeProbe;

namespace Plumbline.Cli.Cluster;

/// <summary>One check of `plumbline doctor --cluster`.</summary>
internal interface IClusterCheck
{
    /// <summary>The part of the cluster that it checks, in words.</summary>
    string What { get; }

    /// <exception cref="Plumbline.Cluster.ApiException">The API server refuses to show it.</exception>
    Task<IReadOnlyList<Finding>> CheckAsync(CancellationToken token);
}
