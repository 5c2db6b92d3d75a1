using System.Text.RegularExpressions;

namespace Plumbline.Tests;

/// <summary>A label selector as in a query: <c>a=b,c!=d,e in (f,g),h notin (i),j,!k</c>.</summary>
internal static partial class LabelSelector
{
    public static Func<StoredObject, bool> Parse(string? text)
    {
        Func<Dictionary<string, string>, bool>[] all = [.. Requirement().Matches(text ?? "").Select(Of)];
        return stored => all.All(each => each(stored.Labels));
    }

    private static Func<Dictionary<string, string>, bool> Of(Match match)
    {
        string key = match.Groups["key"].Value;
        HashSet<string> values = [.. match.Groups["values"].Value.Split(',', StringSplitOptions.TrimEntries)];
        return match.Groups["operator"].Value.Trim() switch
        {
            "" when match.Groups["not"].Length > 0 => labels => !labels.ContainsKey(key),
            "" => labels => labels.ContainsKey(key),
            "in" or "=" or "==" => labels => labels.TryGetValue(key, out string? value) && values.Contains(value),
            _ => labels => !labels.TryGetValue(key, out string? value) || !values.Contains(value),
        };
    }

    [GeneratedRegex(
        @"(?<not>!)?(?<key>[\w./-]+)\s*((?<operator>notin|in|!=|==|=)\s*\(?(?<values>((?<=\([^)]*),|[^,)])*)\)?)?(,|$)",
        RegexOptions.ExplicitCapture)]
    private static partial Regex Requirement();
}
