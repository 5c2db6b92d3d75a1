using System.CommandLine;

namespace Plumbline.Cli;

/// <summary>A flag that takes words of a kind, comma-separated or the flag several times; a wrong one is named.</summary>
internal static class WordOption
{
    /// <param name="parse">Null for a word that is wrong.</param>
    /// <param name="expected">What is right, as <c>is not one of a, b</c>.</param>
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
