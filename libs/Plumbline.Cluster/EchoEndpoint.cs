namespace Plumbline.Cluster;

/// <summary>A pod of the echo worker that answers behind the Services.</summary>
/// <param name="Address">IPv4.</param>
/// <param name="Node">Where it runs.</param>
public sealed record EchoEndpoint(string Address, string Pod, string Node);
