namespace Plumbline.Cluster;

/// <summary>
/// The cluster cannot do what was asked, and nothing was created for it. The message says why, and what to do.
/// </summary>
public sealed class ClusterRefusedException(string message) : Exception(message);
