namespace Plumbline.Cli;

/// <summary>The exit codes, as in docs/usage.md and `plumbline --help`.</summary>
internal static class ExitCode
{
    public const int Success = 0;

    /// <summary>The experiment failed, or something could not be removed.</summary>
    public const int Failed = 1;

    /// <summary>A flag, a file or the experiment's specification is wrong. Nothing was created.</summary>
    public const int BadInput = 2;

    /// <summary>
    /// The machine lacks something (root, a tool, a kernel feature), another lab is running, or the pipeline does not
    /// answer. Nothing was created.
    /// </summary>
    public const int CannotRun = 3;

    /// <summary>
    /// The experiment completed, but some trials were still flagged at their last attempt. `plumbline trace`: a packet
    /// did not show what it should, and the output says why.
    /// </summary>
    public const int Incomplete = 4;

    /// <summary>`plumbline compare`: B is slower than A by more than a threshold, beyond noise.</summary>
    public const int ThresholdExceeded = 5;

    /// <summary>
    /// Stopped by a signal, or cancelled. Everything was removed. A command that only watches also ends like this,
    /// while the experiment continues.
    /// </summary>
    public const int Cancelled = 130;
}

/// <summary>Ends the command with one line for the user.</summary>
internal sealed class UserException(int exitCode, string message) : Exception(message)
{
    public int ExitCode { get; } = exitCode;
}
