using System.ComponentModel;

namespace Plumbline.DataPlanes;

/// <summary>
/// The rulesets of all namespaces on a packet's way at one moment. As text:
/// <c>node nft:12 legacy:none; endpoint nft:1 legacy:none</c>.
/// </summary>
public sealed class WayRulesets
{
    private const string Separator = "; ";

    private readonly (string Name, RulesetFingerprint Ruleset)[] _all;

    private WayRulesets((string Name, RulesetFingerprint Ruleset)[] all) => _all = all;

    /// <summary>Whether any of the namespaces has legacy tables.</summary>
    public bool HasLegacyTables => _all.Any(each => each.Ruleset.HasLegacyTables);

    /// <exception cref="Win32Exception">A namespace is gone, or the process lacks CAP_NET_ADMIN.</exception>
    public static async Task<WayRulesets> ReadAsync(IEnumerable<WatchedNamespace> watched)
    {
        List<(string, RulesetFingerprint)> all = [];
        foreach (WatchedNamespace each in watched)
        {
            all.Add((each.Name, await RulesetFingerprint.ReadAsync(each)));
        }

        return new WayRulesets([.. all]);
    }

    /// <exception cref="FormatException">It is not the text of rulesets.</exception>
    public static WayRulesets Parse(string text) => new(
    [
        .. from each in text.Split(Separator)
           let space = each.IndexOf(' ', StringComparison.Ordinal)
           select space > 0
               ? (each[..space], RulesetFingerprint.Parse(each[(space + 1)..]))
               : throw new FormatException($"'{each}' names no namespace"),
    ]);

    /// <summary>
    /// Says what a later reading has otherwise; null when it has nothing otherwise. Pure.
    /// </summary>
    /// <param name="what">As <c>changed during the trial</c>.</param>
    public string? ChangeTo(WayRulesets later, string what)
    {
        string[] changes =
        [
            .. from each in _all
               join other in later._all on each.Name equals other.Name
               let words = string.Join(", ", each.Ruleset.ChangesTo(other.Ruleset))
               where words.Length > 0
               select $"the {each.Name}'s ruleset {what} ({words})",
        ];
        return changes.Length == 0 ? null : string.Join(Separator, changes);
    }

    public override string ToString() =>
        string.Join(Separator, _all.Select(each => $"{each.Name} {each.Ruleset}"));
}
