using Plumbline.Bpf;
using Plumbline.Contracts;

namespace Plumbline.Trials.Functions;

/// <summary>The functions that evaluate rules, as far as the running kernel has them now.</summary>
/// <param name="There">Built in, or of a module that is loaded.</param>
/// <param name="IsTableFirst">Whether ipt_do_table's first argument is the table; before Linux 5.16 it was the last.</param>
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

    /// <param name="parameters">Names of the parameters of the functions that there are. Pure.</param>
    public static KernelRuleFunctions Of(IReadOnlyDictionary<RuleFunction, IReadOnlyList<string>> parameters) => new(
        [.. parameters.Keys.Order()],
        !parameters.TryGetValue(RuleFunction.IptDoTable, out IReadOnlyList<string>? names) || names is not ["skb", ..]);

    /// <summary>Where the function is, if it is not built in.</summary>
    public static string Module(RuleFunction function) => function == RuleFunction.IptDoTable ? "ip_tables" : "nf_tables";

    public bool Equals(KernelRuleFunctions? other) => other is not null && There.SequenceEqual(other.There) && IsTableFirst == other.IsTableFirst;

    public override int GetHashCode() => HashCode.Combine(There.Count, IsTableFirst);
}
