namespace Plumbline.Probing;

/// <summary>A kernel probe does not work on this kernel. The message says why, in one line.</summary>
public sealed class ProbeUnavailableException(string message) : Exception(message);
