using Plumbline.Contracts;

namespace Plumbline.Cluster;

/// <summary>A port of a desired Service: one rule.</summary>
/// <param name="Name">Unique within its Service.</param>
/// <param name="Protocol">TCP or UDP.</param>
/// <param name="Port">The number that clients address.</param>
public sealed record DesiredPort(string Name, ServiceProtocol Protocol, int Port);

/// <summary>A Service that should exist.</summary>
/// <param name="Name">Unique within the experiment's namespace.</param>
/// <param name="Block">Its block's number; one request removes a block.</param>
/// <param name="Ports">At least one.</param>
public sealed record DesiredService(string Name, int Block, IReadOnlyList<DesiredPort> Ports);
