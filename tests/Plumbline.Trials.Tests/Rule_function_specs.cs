using Plumbline.Bpf;
using Plumbline.Probing;
using Plumbline.Probing.Functions;

namespace Plumbline.Trials.Tests;

public sealed class Rule_function_specs
{
    private const int Prerouting = 0;
    private const int Postrouting = 4;
    private const uint Ip = 2;
    private const uint Netdev = 5;
    private const int NotPermitted = 1;
    private const int NotFound = 2;

    private static readonly RuleFunction[] s_both = [RuleFunction.IptDoTable, RuleFunction.NftDoChain];

    [Fact]
    public void A_call_is_named_by_function_hook_and_table_or_base_chain()
    {
        Assert.Equal(
            "ipt_do_table postrouting nat",
            RuleChainNames.Of(RuleFunction.IptDoTable, Postrouting, Ip, 0, "nat", "").ToString());
        Assert.Equal(
            "nft_do_chain prerouting ip kube-proxy nat-prerouting",
            RuleChainNames.Of(RuleFunction.NftDoChain, Prerouting, Ip, Ip, "kube-proxy", "nat-prerouting").ToString());
        Assert.Equal(
            "nft_do_chain ingress netdev guard drop",
            RuleChainNames.Of(RuleFunction.NftDoChain, 0, Netdev, Netdev, "guard", "drop").ToString());
    }

    [Fact]
    public void Unknown_hooks_and_families_are_named_by_their_numbers() =>
        Assert.Equal(
            "nft_do_chain hook-9 family-77 t c",
            RuleChainNames.Of(RuleFunction.NftDoChain, 9, Ip, 77, "t", "c").ToString());

    [Theory]
    [InlineData("ipt_do_table prerouting nat")]
    [InlineData("nft_do_chain prerouting ip kube-proxy nat-prerouting")]
    [InlineData("nft_do_chain postrouting ip nat POSTROUTING")]
    public void A_name_that_is_read_back_is_the_same(string name)
    {
        Assert.True(RuleChain.TryParse(name, out RuleChain chain));
        Assert.Equal(name, chain.ToString());
    }

    [Theory]
    [InlineData("prerouting")]
    [InlineData("rule-functions")]
    [InlineData("nft_do_chain prerouting")]
    [InlineData("ip_rcv prerouting nat")]
    [InlineData("")]
    public void A_stage_is_not_a_call(string name) => Assert.False(RuleChain.TryParse(name, out _));

    [Theory]
    [InlineData(true, "priv", "skb", "state")]
    [InlineData(false, "skb", "state", "table")]
    public void The_place_of_the_table_is_found_by_the_parameters_names(bool isTableFirst, params string[] parameters)
    {
        Dictionary<RuleFunction, IReadOnlyList<string>> functions = new() { [RuleFunction.IptDoTable] = parameters };

        Assert.Equal(
            new KernelRuleFunctions([RuleFunction.IptDoTable], isTableFirst), KernelRuleFunctions.Of(functions));
    }

    [Fact]
    public void A_function_that_the_kernel_lacks_is_left_out()
    {
        Assert.Equal([RuleFunction.NftDoChain], KernelRuleFunctions.Of(
            new Dictionary<RuleFunction, IReadOnlyList<string>> { [RuleFunction.NftDoChain] = ["pkt", "priv"] }).There);
        Assert.False(FunctionPrograms.IsWanted(
            "fentry_ipt_do_table", FunctionAttachment.Fentry, [RuleFunction.NftDoChain]));
    }

    [Fact]
    public void Each_attachment_has_a_pair_of_programs_for_each_function_beside_those_without_attachment()
    {
        string[] programs =
        [
            "fentry_ipt_do_table", "fexit_ipt_do_table", "fentry_nft_do_chain", "fexit_nft_do_chain",
            "kprobe_ipt_do_table", "kretprobe_ipt_do_table", "kprobe_nft_do_chain", "kretprobe_nft_do_chain",
            "function_left",
        ];

        Assert.Equal(
            ["fentry_ipt_do_table", "fexit_ipt_do_table", "fentry_nft_do_chain", "fexit_nft_do_chain", "function_left"],
            programs.Where(program => FunctionPrograms.IsWanted(program, FunctionAttachment.Fentry, s_both)));
        Assert.Equal(
            ["kprobe_nft_do_chain", "kretprobe_nft_do_chain", "function_left"],
            programs.Where(program =>
                FunctionPrograms.IsWanted(program, FunctionAttachment.Kprobe, [RuleFunction.NftDoChain])));
    }

    [Fact]
    public void The_first_attachment_that_the_kernel_accepts_is_used()
    {
        Assert.Equal([FunctionAttachment.Fentry, FunctionAttachment.Kprobe], FunctionPrograms.AttachmentsOf(null));

        List<FunctionAttachment> tried = [];
        Assert.Equal(FunctionAttachment.Fentry, Attach(FunctionPrograms.AttachmentsOf(null), tried));
        Assert.Equal([FunctionAttachment.Fentry], tried);
    }

    [Fact]
    public void When_trampolines_are_refused_kprobes_are_used()
    {
        List<FunctionAttachment> tried = [];

        Assert.Equal(
            FunctionAttachment.Kprobe,
            Attach(FunctionPrograms.AttachmentsOf(null), tried, FunctionAttachment.Fentry));
        Assert.Equal([FunctionAttachment.Fentry, FunctionAttachment.Kprobe], tried);
    }

    [Fact]
    public void When_the_kernel_refuses_all_one_line_gives_every_reason()
    {
        ProbeUnavailableException refusal = Assert.Throws<ProbeUnavailableException>(() => Attach(
            FunctionPrograms.AttachmentsOf(null), [], FunctionAttachment.Fentry, FunctionAttachment.Kprobe));

        Assert.Equal(
            "the kernel refuses every attachment: fentry: Operation not permitted (errno 1); "
            + "kprobe: No such file or directory (errno 2)",
            refusal.Message);
    }

    [Fact]
    public void An_attachment_can_be_forced_and_a_wrong_name_is_refused()
    {
        Assert.Equal([FunctionAttachment.Kprobe], FunctionPrograms.AttachmentsOf("kprobe"));
        Assert.Empty(FunctionPrograms.AttachmentsOf(""));
        Assert.Equal(
            "PLUMBLINE_FUNCTION_ATTACHMENTS hides every attachment",
            Assert.Throws<ProbeUnavailableException>(() => Attach([], [])).Message);
        Assert.Equal(
            "PLUMBLINE_FUNCTION_ATTACHMENTS: 'uprobe' is not one of fentry, kprobe",
            Assert.Throws<ProbeUnavailableException>(() => FunctionPrograms.AttachmentsOf("uprobe")).Message);
    }

    [Fact]
    public void Without_a_function_there_is_nothing_to_probe()
    {
        ProbeUnavailableException refusal = Assert.Throws<ProbeUnavailableException>(
            () => FunctionPrograms.Attach(FunctionProbe.ObjectPath, _ => { }, new KernelRuleFunctions([], true)));

        Assert.StartsWith(
            "the kernel has neither ipt_do_table nor nft_do_chain", refusal.Message, StringComparison.Ordinal);
    }

    private static FunctionAttachment Attach(
        IReadOnlyList<FunctionAttachment> attachments,
        List<FunctionAttachment> tried,
        params FunctionAttachment[] refused) => FunctionPrograms.Attach(attachments, attachment =>
        {
            tried.Add(attachment);
            int errno = attachment == FunctionAttachment.Fentry ? NotPermitted : NotFound;
            return refused.Contains(attachment) ? throw new BpfException("refused", errno, "") : attachment;
        });
}
