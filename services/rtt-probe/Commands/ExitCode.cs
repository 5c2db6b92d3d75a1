namespace Plumbline.RttProbe.Commands;

/// <summary>Documented in `rtt-probe --help`.</summary>
internal static class ExitCode
{
    public const int Success = 0;
    public const int NotAnswered = 1;
    public const int BadInput = 2;
    public const int CannotRun = 3;
    public const int Incomplete = 4;
    public const int Cancelled = 130;

    /// <param name="sent">Number of probe packets or requests.</param>
    public static int Of(long sent, Contracts.AnswerCounts answers, CancellationToken token) =>
        token.IsCancellationRequested ? Cancelled
            : answers.Answered == 0 ? NotAnswered
            : answers.Answered < sent ? Incomplete
            : Success;
}

/// <summary>Ends the command. The message is one line for the user.</summary>
internal sealed class CommandException(int exitCode, string message) : Exception(message)
{
    public int ExitCode { get; } = exitCode;
}
