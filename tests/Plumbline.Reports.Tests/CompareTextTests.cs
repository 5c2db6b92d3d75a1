using Plumbline.Analysis.Comparisons;
using Plumbline.Contracts;
using Plumbline.Reports.Comparisons;
using Plumbline.Reports.Texts;
using Plumbline.Statistics;
using Plumbline.Store;

namespace Plumbline.Reports.Tests;

/// <summary>What is said about two experiments.</summary>
public sealed class CompareTextTests
{
    [Fact]
    public void An_experiment_compared_with_itself_differs_in_nothing()
    {
        ExperimentResults results = CompareExperiments.Record(new Messages());
        ExperimentComparison comparison = ExperimentComparison.Of(results, results);

        Assert.Empty(ExperimentConditions.Differences(comparison));
        Assert.StartsWith(
            "No difference beyond the spread of the builds, in 8 figures in 4 cells that both have.",
            ComparisonText.Verdict(comparison).First(),
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_threshold_says_in_how_many_cells_it_is_kept_or_exceeded()
    {
        ExperimentComparison comparison = ExperimentComparison.Of(
            CompareExperiments.Record(new Messages()),
            CompareExperiments.Record(new Messages(), dataPlane => dataPlane == Planes.Nftables ? 1.2 : 1, seed: 2));

        Assert.Contains(
            "EXCEEDED in 2 of 4 cells:",
            ComparisonText.Of(Threshold.TryParse("p50=+5%")!, comparison).First(),
            StringComparison.Ordinal);
        Assert.Equal(
            "Threshold p50=+30%: kept in 4 cells.",
            Assert.Single(ComparisonText.Of(Threshold.TryParse("p50=+30%")!, comparison)));
    }

    [Fact]
    public void The_verdict_says_how_many_differ_and_how_many_chance_alone_would_give()
    {
        ExperimentComparison comparison = ExperimentComparison.Of(
            CompareExperiments.Record(new Messages()),
            CompareExperiments.Record(new Messages(), dataPlane => dataPlane == Planes.Nftables ? 1.2 : 1, seed: 2));

        Assert.Equal(
            [
                "B is slower in 4 and faster in 0 of 8 figures in 4 cells that both have, beyond the spread of the "
                    + "builds.",
                "4 of 8 comparisons differ. If nothing differed, chance alone would give about 1.",
            ],
            ComparisonText.Verdict(comparison).Take(2));
        Assert.Matches(
            @"^Over all numbers of Services: B takes 1\.2\d\d \[1\.\d{3}, 1\.\d{3}\] times as long for prerouting, "
                + @"nftables last \(p50\)\.$",
            ComparisonText.Verdict(comparison).Last());
        Assert.Contains(
            "Control packets, which meet no Service rules, took 1.200 [1.100, 1.300] times as long in B. All "
                + "figures are at A's speed, so the machine's own change is in none of them.",
            ComparisonText.Verdict(
                comparison with { Machine = new Estimate(1.2, new Interval(1.1, 1.3), 7), IsAtOneSpeed = true }));
    }

    [Fact]
    public void Cells_with_too_few_builds_are_not_judged()
    {
        ExperimentComparison comparison = ExperimentComparison.Of(
            CompareExperiments.Record(
                new Messages(), builds: 2), CompareExperiments.Record(new Messages(), _ => 2, builds: 2));

        Assert.Contains(
            "4 cells not judged",
            Assert.Single(ComparisonText.Of(Threshold.TryParse("p50=+5%")!, comparison)),
            StringComparison.Ordinal);
    }

    [Fact]
    public void Conditions_that_differ_are_listed_and_no_others()
    {
        Messages other = new() { Spec = new ExperimentSpec
        {
            NftablesDialect = "1.35",
            EndpointsPerService = 3,
            RatePps = 5_000,
            Seed = 7,
        } };
        ExperimentResults a = CompareExperiments.Record(new Messages());
        ExperimentResults b = CompareExperiments.Record(other);
        b = b with { Machine = b.Machine! with { Kernel = "6.19.0", Governor = "performance" } };

        Assert.Equal(
            [
                new ConditionDifference(
                    "kernel", "6.18.0", "6.19.0"), new ConditionDifference("frequency governor", "none", "performance"),
                new ConditionDifference(
                    "nftables dialect", "1.36", "1.35"), new ConditionDifference("endpoints of each Service", "1", "3"),
                new ConditionDifference("seed", "1", "7"), new ConditionDifference(
                    "rate at most, packets/s", "20,000", "5,000"),
            ],
            ExperimentConditions.Differences(ExperimentComparison.Of(a, b)));
    }

    [Fact]
    public void Clocks_CPUs_and_tools_that_differ_are_listed_and_the_measured_step_is_not()
    {
        ExperimentResults a = CompareExperiments.Record(new Messages());
        MachineDescription other = a.Machine! with
        {
            ClockSource = "kvm-clock",
            ClockStepNs = 31,
            IsolatedCpus = "1",
            Tools = new Dictionary<string, string>(a.Machine!.Tools) { ["nft"] = "nftables v1.1.3" },
        };
        AttemptResult[] attempts =
        [
            .. a.Attempts.Select(each => each with { Conditions = each.Conditions with { CpuReason = "isolated" } }),
        ];

        Assert.Equal(
            [
                new ConditionDifference("clock source", "tsc", "kvm-clock"),
                new ConditionDifference("isolated CPUs", "none", "1"),
                new ConditionDifference("nft", "nftables v1.0.6 (Lester Gooch #5)", "nftables v1.1.3"),
                new ConditionDifference(
                    "sending CPU", "1 (the last CPU of the process; none is isolated)", "1 (isolated)"),
            ],
            ExperimentConditions.Differences(
                ExperimentComparison.Of(a, a with { Machine = other, Attempts = attempts })));
    }

    [Fact]
    public void The_share_of_TCP_among_the_rules_is_a_condition()
    {
        ExperimentResults a = CompareExperiments.Record(new Messages());
        AttemptResult[] tcp =
        [
            .. a.Attempts.Select(each => each with
            {
                Conditions = each.Conditions with { TcpRules = each.Conditions.Rules },
            }),
        ];

        Assert.Equal(
            [new ConditionDifference("rules for TCP", "0 %", "100 %")],
            ExperimentConditions.Differences(ExperimentComparison.Of(a, a with { Attempts = tcp })));
    }

    [Fact]
    public void A_machine_that_was_not_described_differs_from_one_that_was()
    {
        ExperimentResults a = CompareExperiments.Record(new Messages());

        Assert.Contains(
            new ConditionDifference("kernel", "6.18.0", "–"),
            ExperimentConditions.Differences(ExperimentComparison.Of(a, a with { Machine = null })));
    }

    [Fact]
    public void Cells_that_only_one_has_are_counted_and_named()
    {
        ExperimentComparison comparison = ExperimentComparison.Of(
            CompareExperiments.Record(new Messages(), services: [100, 1_000, 10_000]),
            CompareExperiments.Record(new Messages(), services: [1_000, 30_000]));

        Assert.Equal(2, comparison.Cells.Count);
        Assert.Equal(
            [
                "Only A has 4 cells:",
                "  prerouting, iptables-nft last at 100; 10,000",
                "  prerouting, nftables last at 100; 10,000",
                "Only B has 2 cells:",
                "  prerouting, iptables-nft last at 30,000",
                "  prerouting, nftables last at 30,000",
            ],
            ComparisonText.Missing(comparison));
    }

    [Fact]
    public void The_markdown_has_the_verdict_the_conditions_and_the_cells_that_differ()
    {
        Messages named = new() { Spec = new ExperimentSpec { Name = "a|b <script>", Seed = 2 } };
        ExperimentComparison comparison = ExperimentComparison.Of(
            CompareExperiments.Record(new Messages()),
            CompareExperiments.Record(named, dataPlane => dataPlane == Planes.Nftables ? 1.2 : 1, seed: 2));
        using StringWriter writer = new();
        CompareMarkdown.Write(comparison, [Threshold.TryParse("p50=+5%")!], writer);
        string markdown = writer.ToString();

        Assert.StartsWith("## Plumbline: lab → a\\|b &lt;script&gt;\n", markdown, StringComparison.Ordinal);
        Assert.Contains("\n| seed | 1 | 2 |\n", markdown, StringComparison.Ordinal);
        Assert.Contains("\n  - prerouting, nftables last at 100: p50", markdown, StringComparison.Ordinal);
        Assert.DoesNotContain("<script>", markdown, StringComparison.Ordinal);
        Assert.Contains("| **1.", markdown, StringComparison.Ordinal);
    }
}
