using System.Reflection;
using System.Text.Json.Serialization;

namespace Plumbline.Contracts;

/// <summary>Names of enum values in YAML, in JSON, in the database and on the command line.</summary>
public static class WireNames
{
    /// <summary>All names, in the order of declaration.</summary>
    public static IReadOnlyList<string> Of<T>()
        where T : struct, Enum => [.. Names<T>.ByValue.Values];

    /// <summary>The value's name.</summary>
    public static string WireName<T>(this T value)
        where T : struct, Enum => Names<T>.ByValue[value];

    /// <summary>The value with exactly the name that <see cref="WireName"/> gives it.</summary>
    public static bool TryParse<T>(string? name, out T value)
        where T : struct, Enum
    {
        foreach ((T each, string eachName) in Names<T>.ByValue)
        {
            if (eachName == name)
            {
                value = each;
                return true;
            }
        }

        value = default;
        return false;
    }

    /// <exception cref="FormatException">No value has this name.</exception>
    public static T Parse<T>(string name)
        where T : struct, Enum => TryParse(name, out T value)
            ? value
            : throw new FormatException($"'{name}' is not one of {string.Join(", ", Of<T>())}");

    private static class Names<T>
        where T : struct, Enum
    {
        public static readonly IReadOnlyDictionary<T, string> ByValue =
            Enum.GetValues<T>().ToDictionary(value => value, NameOf);

        private static string NameOf(T value) => typeof(T).GetField(value.ToString())!
            .GetCustomAttribute<JsonStringEnumMemberNameAttribute>()!.Name;
    }
}
