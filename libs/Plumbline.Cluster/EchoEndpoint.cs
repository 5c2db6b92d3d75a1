namespace Plumbline.Cluster;

/// <summary>A pod of the echo worker, which answers behind the Services.</summary>
/// <param name="Address">IPv4.</param>
/// <param name="Pod">Its name.</param>
/// <param name="Node">The name of the node that it runs on.</param>
public sealed record EchoEndpoint(string Address, string Pod, string Node);
