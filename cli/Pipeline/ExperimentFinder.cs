using System.CommandLine;
using Plumbline.Contracts;

namespace Plumbline.Cli.Pipeline;

/// <summary>Finds one of the scheduler's experiments by a prefix of its id.</summary>
internal static class ExperimentFinder
{
    private const int IdDigits = 32;

    public static Argument<string> Argument() => new("ID")
    {
        Description = "Any unique prefix of the experiment's id, with or without hyphens.",
        CustomParser = result => Digits(result.Tokens[0].Value) is { } digits ? digits : Refused(result),
    };

    /// <param name="prefix">From <see cref="Argument"/>.</param>
    /// <exception cref="UserException">
    /// No experiment's id, or more than one, has this prefix, or the scheduler does not answer.
    /// </exception>
    public static async Task<ExperimentStatus> FindAsync(SchedulerClient client, string prefix)
    {
        IReadOnlyList<ExperimentStatus> found = await client.StatusAsync(prefix);
        return found.Count switch
        {
            1 => found[0],
            0 => throw new UserException(
                ExitCode.BadInput, $"no experiment's id starts with '{prefix}'; see plumbline status"),
            _ => throw new UserException(
                ExitCode.BadInput,
                $"the ids of {found.Count} experiments start with '{prefix}': "
                + string.Join(", ", found.Select(each => each.Progress.ExperimentId))),
        };
    }

    /// <summary>The prefix of an id without hyphens. Null when the text is not one. Pure.</summary>
    internal static string? Digits(string text)
    {
        string digits = text.Replace("-", "", StringComparison.Ordinal).ToLowerInvariant();
        return digits.Length is > 0 and <= IdDigits && digits.All(char.IsAsciiHexDigitLower) ? digits : null;
    }

    private static string? Refused(System.CommandLine.Parsing.ArgumentResult result)
    {
        result.AddError($"'{result.Tokens[0].Value}' is not an experiment's id or a prefix of one.");
        return null;
    }
}
