using System.Globalization;
using static Plumbline.DataPlanes.ServiceRuleFields;

namespace Plumbline.DataPlanes.Iptables;

/// <summary>
/// Reads what <c>iptables -S KUBE-SERVICES</c> or iptables-save prints. Only rules that lead to a Service's own chain
/// count: node ports, external addresses and load balancers are not measured. Pure.
/// </summary>
internal static class IptablesReader
{
    private const string RulePrefix = "-A KUBE-SERVICES ";
    private const string CommentSuffix = " cluster IP";
    private const string SingleAddress = "/32";

    /// <summary>The ClusterIP rules in their order. Of a save only the nat table counts.</summary>
    /// <exception cref="FormatException">iptables prints no such line; the message has its number and text.</exception>
    public static ServiceRuleSet ReadRules(string listing)
    {
        List<ServiceRule> rules = [];
        bool inNat = true;
        int number = 0;
        foreach (string line in Lines(listing))
        {
            number++;
            if (line.StartsWith('*'))
            {
                inNat = line == "*nat";
            }
            else if (!IsLineOfIptables(line))
            {
                throw Error(number, line, "is no line of iptables");
            }
            else if (inNat && line.StartsWith(RulePrefix, StringComparison.Ordinal)
                && ParseRule(line, number, rules.Count) is { } rule)
            {
                rules.Add(rule);
            }
        }

        return new ServiceRuleSet(rules);
    }

    /// <summary>The line that is the rule; null when there is none.</summary>
    public static string? FindText(string listing, ServiceRule rule)
    {
        string destination = $" {IptablesRules.Destination(rule.ClusterIp, rule.Protocol)} ";
        return Lines(listing).FirstOrDefault(line => line.Contains(destination, StringComparison.Ordinal)
            && line.Contains($" --dport {rule.Port} ", StringComparison.Ordinal));
    }

    /// <summary>Counts the rules that refuse packets to a namespace's Services without endpoints.</summary>
    public static int CountRefusing(string listing, string serviceNamespace) => Lines(listing).Count(line =>
        line.Contains($"--comment \"{serviceNamespace}/", StringComparison.Ordinal)
        && line.Contains($" {IptablesRules.RefusingComment}\"", StringComparison.Ordinal));

    private static IEnumerable<string> Lines(string listing)
    {
        using StringReader reader = new(listing);
        while (reader.ReadLine() is { } line)
        {
            yield return line;
        }
    }

    private static bool IsLineOfIptables(string line) =>
        line.Length == 0 || line[0] is '#' or ':' || line == "COMMIT"
        || line.StartsWith("-A ", StringComparison.Ordinal)
        || line.StartsWith("-N ", StringComparison.Ordinal)
        || line.StartsWith("-P ", StringComparison.Ordinal);

    /// <summary>Null for a rule that does not lead to a Service's own chain.</summary>
    private static ServiceRule? ParseRule(string line, int number, int index)
    {
        FormatException ErrorHere(string what) => Error(number, line, what);

        Dictionary<string, string> options = Options(line) ?? throw ErrorHere("has a quote that does not end");
        if (options.GetValueOrDefault("-j")?.StartsWith(IptablesChains.ServicePrefix, StringComparison.Ordinal) != true)
        {
            return null;
        }

        if (options.GetValueOrDefault("-d") is not { } destination
            || !destination.EndsWith(SingleAddress, StringComparison.Ordinal))
        {
            throw ErrorHere("has no single destination address");
        }

        string? dport = options.GetValueOrDefault("--dport");
        if (!ushort.TryParse(dport, NumberStyles.None, CultureInfo.InvariantCulture, out ushort port))
        {
            throw ErrorHere("has no destination port");
        }

        if (options.GetValueOrDefault("--comment") is not { } comment
            || !comment.EndsWith(CommentSuffix, StringComparison.Ordinal))
        {
            throw ErrorHere($"has no comment that ends with '{CommentSuffix}'");
        }

        // "ns/name:port cluster IP"; an unnamed port has no ":port".
        string[] names = comment[..^CommentSuffix.Length].Split(':')[0].Split('/');
        return names is [{ Length: > 0 } serviceNamespace, { Length: > 0 } name]
            ? new ServiceRule(
                index,
                ParseIp(destination.AsSpan()[..^SingleAddress.Length], ErrorHere),
                port,
                ParseProtocol(options.GetValueOrDefault("-p"), ErrorHere),
                serviceNamespace,
                name)
            : throw ErrorHere("has no namespace/name in its comment");
    }

    /// <summary>A rule's options with the word after each; null when a quote does not end.</summary>
    private static Dictionary<string, string>? Options(string line)
    {
        Dictionary<string, string> options = [];
        string option = "";
        for (int i = 0; i < line.Length; i++)
        {
            if (line[i] == ' ')
            {
                continue;
            }

            bool quoted = line[i] == '"';
            int start = quoted ? i + 1 : i;
            int end = line.IndexOf(quoted ? '"' : ' ', start);
            if (end < 0 && quoted)
            {
                return null;
            }

            i = end < 0 ? line.Length : end;
            string word = line[start..i];
            if (option.StartsWith('-'))
            {
                options[option] = word;
                option = "";
            }
            else
            {
                option = word;
            }
        }

        return options;
    }

    private static FormatException Error(int number, string line, string what) => new($"line {number} {what}: {line}");
}
