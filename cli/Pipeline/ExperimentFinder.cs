using System.CommandLine;
using Plumbline.Contracts;

namespace Plumbline.Cli.Pipeline;

/// <summary>Finds the experiment that a person means among those that the scheduler knows.</summary>
internal static class ExperimentFinder
{
    private const int IdDigits = 32;

    public static Argument<string> Argument() => new("ID")
    {
        Description = "The experiment's id, or as much of its beginning as tells it apart; with hyphens or without.",
        CustomParser = result => Digits(result.Tokens[0].Value) is { } digits ? digits : Refused(result),
    };

    /// <param name="prefix">As <see cref="Argument"/> gives it.</param>
    /// <exception cref="UserException">No experiment's id begins so, or several do; or the scheduler does not answer.</exception>
    public static async Task<ExperimentStatus> FindAsync(SchedulerClient client, string prefix)
    {
        IReadOnlyList<ExperimentStatus> found = await client.StatusAsync(prefix);
        return found.Count switch
        {
            1 => found[0],
            0 => throw new UserException(ExitCode.BadInput, $"no experiment's id starts with '{prefix}'; see plumbline status"),
            _ => throw new UserException(ExitCode.BadInput,
                $"the ids of {found.Count} experiments start with '{prefix}': {string.Join(", ", found.Select(each => each.Progress.ExperimentId))}"),
        };
    }

    /// <summary>The beginning of an id without hyphens; null where it is none. Pure.</summary>
    internal static string? Digits(string text)
    {
        string digits = text.Replace("-", "", StringComparison.Ordinal).ToLowerInvariant();
        return digits.Length is > 0 and <= IdDigits && digits.All(char.IsAsciiHexDigitLower) ? digits : null;
    }

    private static string? Refused(System.CommandLine.Parsing.ArgumentResult result)
    {
        result.AddError($"'{result.Tokens[0].Value}' is no experiment's id, nor its beginning.");
        return null;
    }
}
