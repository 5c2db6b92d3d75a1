using System.CommandLine;
using System.Globalization;

namespace Plumbline.Cli;

/// <summary>An option whose values are comma-separated, or given several times.</summary>
internal static class ListOption
{
    public static Option<T[]> Create<T>(string name, string description)
        where T : IParsable<T> => new(name)
        {
            Description = description,
            AllowMultipleArgumentsPerToken = true,
            CustomParser = result =>
            {
                List<T> values = [];
                foreach (string word in result.Tokens.SelectMany(token => token.Value.Split(',')))
                {
                    if (!T.TryParse(word, CultureInfo.InvariantCulture, out T? value))
                    {
                        result.AddError($"{name}: '{word}' is not a whole number.");
                        return null;
                    }

                    values.Add(value);
                }

                return [.. values];
            },
        };
}
