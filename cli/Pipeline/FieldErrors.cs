using Plumbline.Contracts;

namespace Plumbline.Cli.Pipeline;

/// <summary>A request's errors, one line for each field.</summary>
internal static class FieldErrors
{
    /// <summary>For a <see cref="UserException"/>, which starts the first line.</summary>
    public static string Text(IEnumerable<FieldError> errors) => string.Join("\nplumbline: ", errors.Select(Line));

    public static void Demand(RequestAnswer answer)
    {
        if (!answer.Accepted)
        {
            throw new UserException(ExitCode.BadInput, Text(answer.Errors));
        }
    }

    private static string Line(FieldError error) =>
        error.Field.Length == 0 ? error.Message : $"{error.Field}: {error.Message}";
}
