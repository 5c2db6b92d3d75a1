namespace Plumbline.Bench;

/// <summary>A bench cannot continue. Only the message is shown.</summary>
internal sealed class BenchException(string message) : Exception(message);
