using System.CommandLine;

namespace Plumbline.Cli;

/// <summary>An option whose values are words: comma-separated, or given several times. Errors name the word.</summary>
internal static class WordOption
{
    /// <param name="parse">Returns null for a wrong word.</param>
    /// <param name="expected">The end of the error: <c>is not one of a, b</c>.</param>
    public static Option<T[]> Create<T>(string name, string description, Func<string, T?> parse, string expected)
        where T : class => new(name)
        {
            Description = description,
            AllowMultipleArgumentsPerToken = true,
            DefaultValueFactory = _ => [],
            CustomParser = result =>
            {
                List<T> values = [];
                foreach (string word in result.Tokens.SelectMany(token => token.Value.Split(',')))
                {
                    if (parse(word) is not { } value)
                    {
                        result.AddError($"{name}: '{word}' {expected}.");
                        return null;
                    }

                    values.Add(value);
                }

                return [.. values];
            },
        };
}
