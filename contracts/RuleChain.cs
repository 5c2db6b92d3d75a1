namespace Plumbline.Contracts;

/// <summary>
/// The base chain that a function evaluates. Its name is made of words without spaces: <c>ipt_do_table prerouting
/// nat</c>, or <c>nft_do_chain prerouting ip kube-proxy nat-prerouting</c>.
/// </summary>
/// <param name="Hook">As nft names it: prerouting, input, forward, output, postrouting, ingress, egress.</param>
/// <param name="Table">nat, or with its family <c>ip kube-proxy</c>.</param>
/// <param name="Chain">The base chain. Empty for a table of iptables-legacy.</param>
public sealed record RuleChain(RuleFunction Function, string Hook, string Table, string Chain)
{
    private const int WordsOfTable = 3;
    private const int WordsOfChain = 5;

    public override string ToString() => Chain.Length == 0
        ? $"{Function.WireName()} {Hook} {Table}"
        : $"{Function.WireName()} {Hook} {Table} {Chain}";

    /// <summary>Reads what <see cref="ToString"/> writes. False for any other name.</summary>
    public static bool TryParse(string name, out RuleChain chain)
    {
        string[] words = name.Split(' ');
        chain = new RuleChain(default, "", "", "");
        if (!WireNames.TryParse(words[0], out RuleFunction function)
            || words.Length is not (WordsOfTable or WordsOfChain))
        {
            return false;
        }

        chain = words.Length == WordsOfTable
            ? new RuleChain(function, words[1], words[2], "")
            : new RuleChain(function, words[1], $"{words[2]} {words[3]}", words[4]);
        return true;
    }
}
