using System.Globalization;
using Plumbline.Contracts;

namespace Plumbline.DataPlanes;

public static partial class ServiceRuleReader
{
    private const string RulePrefix = "-A KUBE-SERVICES ";
    private const string CommentSuffix = " cluster IP";

    /// <summary>
    /// Reads what <c>iptables-legacy -t nat -S KUBE-SERVICES</c>, <c>iptables-nft -t nat -S KUBE-SERVICES</c> or an
    /// iptables-save print. Of a save only the nat table counts.
    /// </summary>
    /// <exception cref="FormatException">A line is none that they print; the message has its number and text.</exception>
    public static ServiceRuleSet FromIptables(TextReader reader)
    {
        List<ServiceRule> rules = [];
        bool inNat = true;
        int number = 0;
        while (reader.ReadLine() is { } line)
        {
            number++;
            if (line.StartsWith('*'))
            {
                inNat = line == "*nat";
            }
            else if (!IsLineOfIptables(line))
            {
                throw IptablesError(number, line, "is no line of iptables");
            }
            else if (inNat && line.StartsWith(RulePrefix, StringComparison.Ordinal)
                && ParseRule(line, number, rules.Count) is { } rule)
            {
                rules.Add(rule);
            }
        }

        return new ServiceRuleSet(rules);
    }

    private static bool IsLineOfIptables(string line) =>
        line.Length == 0 || line[0] is '#' or ':' || line == "COMMIT"
        || line.StartsWith("-A ", StringComparison.Ordinal)
        || line.StartsWith("-N ", StringComparison.Ordinal)
        || line.StartsWith("-P ", StringComparison.Ordinal);

    /// <summary>Null for a rule that does not lead to a Service's own chain.</summary>
    private static ServiceRule? ParseRule(string line, int number, int index)
    {
        FormatException Error(string what) => IptablesError(number, line, what);

        string? destination = null;
        string? protocol = null;
        string? port = null;
        string? comment = null;
        string? target = null;
        List<string> words = Words(line) ?? throw Error("has a quote that does not end");
        for (int i = 2; i + 1 < words.Count; i++)
        {
            switch (words[i])
            {
                case "-d": destination = words[++i]; break;
                case "-p": protocol = words[++i]; break;
                case "--dport": port = words[++i]; break;
                case "--comment": comment = words[++i]; break;
                case "-j": target = words[++i]; break;
            }
        }

        if (target?.StartsWith(ChainNames.IptablesServicePrefix, StringComparison.Ordinal) != true)
        {
            return null;
        }

        if (destination?.EndsWith("/32", StringComparison.Ordinal) != true)
        {
            throw Error("has no single destination address");
        }

        if (!ushort.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out ushort portNumber))
        {
            throw Error("has no destination port");
        }

        if (comment?.EndsWith(CommentSuffix, StringComparison.Ordinal) != true)
        {
            throw Error($"has no comment that ends with '{CommentSuffix}'");
        }

        // "ns/name:port cluster IP"; an unnamed port has no ":port".
        string fullName = comment[..^CommentSuffix.Length];
        int slash = fullName.IndexOf('/', StringComparison.Ordinal);
        int colon = fullName.IndexOf(':', StringComparison.Ordinal);
        int end = colon < 0 ? fullName.Length : colon;
        if (slash <= 0 || end <= slash + 1)
        {
            throw Error("has no namespace/name in its comment");
        }

        return new ServiceRule(
            index,
            ParseIp(destination.AsSpan(0, destination.Length - "/32".Length), Error),
            portNumber,
            ParseProtocol(protocol, Error),
            fullName[..slash],
            fullName[(slash + 1)..end]);
    }

    /// <summary>Splits at blanks outside double quotes; null when a quote does not end.</summary>
    private static List<string>? Words(string line)
    {
        List<string> words = [];
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

            end = end < 0 ? line.Length : end;
            words.Add(line[start..end]);
            i = end;
        }

        return words;
    }

    private static FormatException IptablesError(int number, string line, string what) => new($"line {number} {what}: {line}");
}
