using Plumbline.Bpf;
using Plumbline.Contracts;

namespace Plumbline.Probing.Functions;

/// <summary>The functions that evaluate rules, as far as the running kernel has them now.</summary>
/// <param name="There">Functions that are built in, or belong to a module that is loaded.</param>
/// <param name="IsTableFirst">
/// Whether the table is ipt_do_table's first argument. Before Linux 5.16 it was the last.
/// </param>
public sealed record KernelRuleFunctions(IReadOnlyList<RuleFunction> There, bool IsTableFirst)
{
    public static KernelRuleFunctions Read()
    {
        Dictionary<RuleFunction, IReadOnlyList<string>> parameters = [];
        foreach (RuleFunction function in Enum.GetValues<RuleFunction>())
        {
            if (KernelFunction.Parameters(function.WireName(), Module(function)) is { } names)
            {
                parameters[function] = names;
            }
        }

        return Of(parameters);
    }

    /// <param name="parameters">The names of each present function's parameters. Pure.</param>
    public static KernelRuleFunctions Of(IReadOnlyDictionary<RuleFunction, IReadOnlyList<string>> parameters) => new(
        [.. parameters.Keys.Order()],
        !parameters.TryGetValue(RuleFunction.IptDoTable, out IReadOnlyList<string>? names) || names is not ["skb", ..]);

    /// <summary>The module that has the function when it is not built in.</summary>
    public static string Module(RuleFunction function) =>
        function == RuleFunction.IptDoTable ? "ip_tables" : "nf_tables";

    public bool Equals(KernelRuleFunctions? other) =>
        other is not null && There.SequenceEqual(other.There) && IsTableFirst == other.IsTableFirst;

    public override int GetHashCode() => HashCode.Combine(There.Count, IsTableFirst);
}
