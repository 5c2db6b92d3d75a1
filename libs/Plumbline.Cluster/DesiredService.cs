using Plumbline.Contracts;

namespace Plumbline.Cluster;

/// <summary>A port of a Service that is to be, and so one rule.</summary>
/// <param name="Port">What clients address.</param>
public sealed record DesiredPort(string Name, ServiceProtocol Protocol, int Port);

/// <summary>A Service that is to be.</summary>
/// <param name="Block">Which block of Services it belongs to; blocks are removed whole.</param>
public sealed record DesiredService(string Name, int Block, IReadOnlyList<DesiredPort> Ports);
