using Plumbline.Contracts;

namespace Plumbline.Results.Html;

/// <summary>Puts the report together, section by section.</summary>
internal static class ReportBuilder
{
    public static ReportModel Build(ExperimentResults results)
    {
        ComparisonTable table = ComparisonTable.Of(results);
        CrossCheck check = CrossCheck.Of(results);
        ReportSection?[] sections =
        [
            ComparisonSections.Charts(results, table),
            ComparisonSections.Comparison(table),
            ComparisonSections.Stages(table),
            AnswerSections.RoundTrip(results.Summary.Spec, table),
            AnswerSections.Application(results.Summary.Spec, table),
            CrossCheckSection.Of(check),
            BaselineSection.Of(results, table),
            TrustSections.Flagged(results),
            TrustSections.Packets(results),
            ConditionSections.Machine(results),
            ConditionSections.Cells(results),
            Reproduce(results.Summary.Spec),
            Meaning(table),
        ];
        return new ReportModel(
            results.Summary.Name,
            Subtitle(results.Summary),
            [.. Warnings(results, check)],
            [.. Headline.Of(table, results.Steps)],
            [.. sections.OfType<ReportSection>()]);
    }

    private static string Subtitle(ExperimentSummary summary)
    {
        string ended = summary.EndedAt is { } end ? $", {summary.State.WireName()} {Figures.Time(end)}" : "";
        return $"What a first packet to a Kubernetes Service costs in the kernel. Experiment {summary.ExperimentId}, started {Figures.Time(summary.StartedAt)}{ended}.";
    }

    private static IEnumerable<string> Warnings(ExperimentResults results, CrossCheck check)
    {
        ExperimentSummary summary = results.Summary;
        int accepted = results.AcceptedAttempts().Count();
        int givenUp = results.GivenUpTrials().Count();
        string progress = $"{Figures.Integer(accepted)} of {Figures.Integer(summary.TrialCount)} planned trials were accepted; the figures are of those alone.";
        string? end = summary.State switch
        {
            ExperimentState.Started => $"This experiment has no recorded end: it is still running or was interrupted. {progress}",
            ExperimentState.Failed => $"This experiment failed: {summary.Reason}. {progress}",
            ExperimentState.Cancelled => $"This experiment was cancelled. {progress}",
            _ => accepted < summary.TrialCount ? $"This experiment is incomplete: {progress}" : null,
        };
        if (end is not null)
        {
            yield return end;
        }

        if (givenUp > 0)
        {
            yield return $"{(givenUp == 1 ? "1 trial was" : $"{Figures.Integer(givenUp)} trials were")} given up: still flagged at the last attempt, and in no figure. See the flagged attempts below.";
        }

        if (check.FlaggedPairs > 0)
        {
            yield return $"One-way and round trip do not differ alike in {Figures.Integer(check.FlaggedPairs)} of {Figures.Integer(check.TellingPairs)} pairs of cells ({Figures.Integer(check.FlaggedPairsThatExcludeOne)} of them with a 95 % interval that excludes the expected ratio). See the cross-check below.";
        }
    }

    private static ReportSection Reproduce(ExperimentSpec spec)
    {
        string? command = Reproduction.Command(spec);
        return new ReportSection("How to reproduce")
        {
            Paragraphs = ["The same specification and seed give the same plan: the same order of trials, order of rules and random targets."],
            Codes =
            [
                .. command is null ? Array.Empty<ReportCode>() : [new ReportCode("On the command line:", command)],
                new ReportCode("Or as experiment.yaml, run with: sudo plumbline lab experiment.yaml", Reproduction.Yaml(spec)),
            ],
        };
    }

    private static ReportSection Meaning(ComparisonTable table) => new("What the figures mean")
    {
        Paragraphs =
        [
            "prerouting is the time from a packet's arrival on the node to its routing decision: conntrack and the nat PREROUTING hook, where kube-proxy's rules pick an endpoint. forward-postrouting is the time from there to its departure: routing, FORWARD, POSTROUTING and neighbour output. total is both together.",
            "Every packet measured one-way and every round-trip probe is the first packet of its flow, and this is proved by its conntrack entry. Later packets of a flow and replies skip the nat chains, so these figures are the price of a new connection and not of every packet.",
            .. table.Probes.Contains(ProbeKind.RoundTrip)
                ? ["round-trip is the time from a probe's leaving the sender's device to its answer's arrival there, by the kernel's timestamps; round-trip-user-space is the same by the probing program's clock, with its system calls and pauses."]
                : Array.Empty<string>(),
            .. table.Probes.Contains(ProbeKind.Grpc)
                ? ["Application level: grpc-connect is the opening of the TCP connection, grpc-request the request on the open connection without the endpoint's own time, grpc-worker the endpoint's own time, and grpc-total all of it from the time the request was due, waiting for its turn included."]
                : Array.Empty<string>(),
            "Percentiles are taken of each trial; what is shown is their median across accepted trials and, below it, the smallest and largest trial. A percentile is not printed (–) with fewer than ten samples above it. Flagged attempts are in no figure.",
            "Position is where the measured Service's rule stands among all Service rules. kube-proxy puts rules in a random order, so random is what real traffic meets, and first and last are its bounds.",
        ],
    };
}
