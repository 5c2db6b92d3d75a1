namespace Plumbline.NodeProbe.Traffic.Pktgen;

/// <summary>The kernel's pktgen is missing, is in use, or refuses a command.</summary>
public sealed class PktgenException(string message, Exception? inner = null) : Exception(message, inner);
