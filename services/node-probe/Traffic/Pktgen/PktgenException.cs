namespace Plumbline.NodeProbe.Traffic.Pktgen;

/// <summary>The kernel's pktgen is not there, is in use, or refuses what it is told.</summary>
public sealed class PktgenException(string message, Exception? inner = null) : Exception(message, inner);
