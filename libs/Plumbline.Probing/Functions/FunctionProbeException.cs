namespace Plumbline.Trials.Functions;

/// <summary>The function probe cannot be had on this kernel, or lacks the function that a data plane needs. The message is one line and says why.</summary>
public sealed class FunctionProbeException(string message) : Exception(message);
