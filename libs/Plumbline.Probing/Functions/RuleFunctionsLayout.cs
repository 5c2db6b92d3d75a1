using System.Runtime.CompilerServices;
using System.Text;
using Plumbline.Bpf;
using Plumbline.Contracts;
using static Plumbline.Bpf.BtfLayout;

namespace Plumbline.Probing.Functions;

/// <summary>
/// The structs and sizes of bpf/rule_functions.h. <see cref="Verify"/> compares both sides when the object is loaded.
/// </summary>
internal static unsafe class RuleFunctionsLayout
{
    /// <summary>RULE_KEYS: the most numbers that <see cref="Globals.Chains"/> can give out.</summary>
    public const int Keys = 32;
    public const int Functions = 2;
    private const int NameLength = 64;

    /// <summary>struct rule_key.</summary>
    public struct Key
    {
        public ulong Object;
        public uint Function;
        public ushort Hook;
        public ushort Family;
    }

    [InlineArray(NameLength)]
    public struct Name
    {
        private byte _first;

        public override readonly string ToString()
        {
            ReadOnlySpan<byte> bytes = this;
            int length = bytes.IndexOf((byte)0);
            return Encoding.UTF8.GetString(length < 0 ? bytes : bytes[..length]);
        }
    }

    /// <summary>struct rule_chain.</summary>
    public struct Chain
    {
        public Key Key;
        public uint TableFamily;
        public uint Unused;
        public Name Table;
        public Name ChainName;

        public readonly RuleChain Describe() => RuleChainNames.Of(
            (RuleFunction)Key.Function, Key.Hook, Key.Family, TableFamily, Table.ToString(), ChainName.ToString());
    }

    /// <summary>struct rule_call.</summary>
    public struct Call
    {
        public Key Key;
        public ulong BeganNs;
        public ulong Nested;
    }

    [InlineArray(Functions)]
    public struct OpenCalls
    {
        private Call _first;
    }

    /// <summary>struct rule_globals.</summary>
    public struct Globals
    {
        public uint Chains;
        public uint IsTableFirst;
    }

    /// <exception cref="BpfException">The BPF object was built for another version of this program.</exception>
    public static void Verify(BtfLayout layout)
    {
        Key key = default;
        layout.Require("rule_key", sizeof(Key), new Dictionary<string, int>
        {
            ["object"] = Offset(ref key, ref key.Object),
            ["function"] = Offset(ref key, ref key.Function),
            ["hook"] = Offset(ref key, ref key.Hook),
            ["family"] = Offset(ref key, ref key.Family),
        });

        Chain chain = default;
        layout.Require("rule_chain", sizeof(Chain), new Dictionary<string, int>
        {
            ["key"] = Offset(ref chain, ref chain.Key),
            ["table_family"] = Offset(ref chain, ref chain.TableFamily),
            ["unused"] = Offset(ref chain, ref chain.Unused),
            ["table"] = Offset(ref chain, ref chain.Table),
            ["chain"] = Offset(ref chain, ref chain.ChainName),
        });

        Call call = default;
        layout.Require("rule_call", sizeof(Call), new Dictionary<string, int>
        {
            ["key"] = Offset(ref call, ref call.Key),
            ["began_ns"] = Offset(ref call, ref call.BeganNs),
            ["nested"] = Offset(ref call, ref call.Nested),
        });

        Globals globals = default;
        layout.Require("rule_globals", sizeof(Globals), new Dictionary<string, int>
        {
            ["chains"] = Offset(ref globals, ref globals.Chains),
            ["is_table_first"] = Offset(ref globals, ref globals.IsTableFirst),
        });

        layout.RequireEntries("numbers", Keys);
        layout.RequireEntries("chains", Keys);
    }
}
