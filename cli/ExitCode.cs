namespace Plumbline.Cli;

/// <summary>Documented in docs/usage.md and `plumbline --help`.</summary>
internal static class ExitCode
{
    public const int Success = 0;

    /// <summary>The experiment failed, or something could not be removed.</summary>
    public const int Failed = 1;

    /// <summary>A flag, a file or the experiment's specification is wrong; nothing was created.</summary>
    public const int BadInput = 2;

    /// <summary>The machine lacks something (root, a tool, a kernel feature) or another lab runs, or the pipeline's servers or scheduler do not answer; nothing was created.</summary>
    public const int CannotRun = 3;

    /// <summary>
    /// The experiment completed, but some trials could not be trusted even at their last attempt. `plumbline trace`: a packet did not
    /// show what it should, and the output says why.
    /// </summary>
    public const int Incomplete = 4;

    /// <summary>`plumbline compare`: B is slower than A by more than a threshold, and not by noise.</summary>
    public const int ThresholdExceeded = 5;

    /// <summary>
    /// Stopped by SIGINT or SIGTERM, or cancelled; everything was removed. One who only watched is stopped so too, and the experiment
    /// goes on.
    /// </summary>
    public const int Cancelled = 130;
}

/// <summary>Ends the command with one line for the user.</summary>
internal sealed class UserException(int exitCode, string message) : Exception(message)
{
    public int ExitCode { get; } = exitCode;
}
