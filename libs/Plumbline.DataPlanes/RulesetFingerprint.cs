using System.ComponentModel;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Plumbline.Linux;

namespace Plumbline.DataPlanes;

/// <summary>
/// All packet-filter rules of a network namespace, in a few characters that differ when the rules do. As text:
/// <c>nft:12 legacy:4f0c1a2b3c4d5e6f</c>.
/// </summary>
/// <param name="NfTables">
/// The generation number of nf_tables, which every transaction raises, also one that is taken back. The names of the
/// tables in a namespace where we have tables ourselves. <c>none</c> where there is nothing.
/// </param>
/// <param name="Legacy">
/// Hash of the legacy tables, with all their rules and without counters. <c>none</c> where there is none. A change that
/// is taken back gives the earlier hash.
/// </param>
public sealed record RulesetFingerprint(string NfTables, string Legacy)
{
    private const string None = "none";
    private const string NfTablesPrefix = "nft:";
    private const string LegacyPrefix = "legacy:";
    private const int HashBytes = 8;

    /// <summary>Whether the namespace has legacy tables.</summary>
    public bool HasLegacyTables => Legacy != None;

    /// <summary>Reads it, and makes no table by that.</summary>
    /// <exception cref="Win32Exception">The namespace is gone, or the process lacks CAP_NET_ADMIN.</exception>
    public static Task<RulesetFingerprint> ReadAsync(WatchedNamespace watched) => watched.Where.RunAsync(() =>
    {
        using NfTablesNetlink netlink = new();
        return new RulesetFingerprint(
            watched.OwnTables is { } own ? Names(netlink, own) : Generation(netlink), HashLegacyTables());
    });

    /// <summary>What differs in a later reading, in words; empty when nothing does.</summary>
    public IEnumerable<string> ChangesTo(RulesetFingerprint later)
    {
        if (NfTables != later.NfTables)
        {
            bool areGenerations = (NfTables + later.NfTables).All(char.IsAsciiDigit);
            yield return $"nf_tables {(areGenerations ? "generation " : "")}{NfTables} → {later.NfTables}";
        }

        if (Legacy != later.Legacy)
        {
            yield return $"legacy tables {Legacy} → {later.Legacy}";
        }
    }

    /// <exception cref="FormatException">It is not the text of a fingerprint.</exception>
    public static RulesetFingerprint Parse(string text) =>
        text.Split(' ') is [var nft, var legacy]
        && nft.StartsWith(NfTablesPrefix, StringComparison.Ordinal)
        && legacy.StartsWith(LegacyPrefix, StringComparison.Ordinal)
            ? new RulesetFingerprint(nft[NfTablesPrefix.Length..], legacy[LegacyPrefix.Length..])
            : throw new FormatException($"'{text}' is no fingerprint of a ruleset");

    public override string ToString() => $"{NfTablesPrefix}{NfTables} {LegacyPrefix}{Legacy}";

    private static string Generation(NfTablesNetlink netlink) =>
        netlink.Generation()?.ToString(CultureInfo.InvariantCulture) ?? None;

    private static string Names(NfTablesNetlink netlink, string own)
    {
        string[] names = [.. netlink.Tables().Where(name => !name.StartsWith(own, StringComparison.Ordinal))];
        return names.Length == 0 ? None : string.Join(',', names.Select(Uri.EscapeDataString).Order());
    }

    private static string HashLegacyTables()
    {
        IReadOnlyList<string> names = LegacyTables.Names();
        IReadOnlyList<string> ipv6Names = LegacyTables.Names(isIpv6: true);
        if (names.Count + ipv6Names.Count == 0)
        {
            return None;
        }

        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (string name in names)
        {
            hash.AppendData(LegacyTables.ReadRules(name));
        }

        hash.AppendData(Encoding.ASCII.GetBytes(string.Join(' ', ipv6Names)));
        return Convert.ToHexStringLower(hash.GetHashAndReset().AsSpan(0, HashBytes));
    }
}
