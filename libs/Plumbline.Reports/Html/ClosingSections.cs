namespace Plumbline.Reports.Html;

/// <summary>How to get the same figures again, and what they mean.</summary>
internal static class ClosingSections
{
    public static ReportSection Reproduce(ExperimentSpec spec)
    {
        string? command = Reproduction.Command(spec);
        return new ReportSection("How to reproduce")
        {
            Paragraphs =
            [
                spec.Nodes.Count > 0
                    ? "The same specification and seed give the same plan: the same order of trials and random "
                        + "targets. kube-proxy decides the order of rules."
                    : "The same specification and seed give the same plan: the same order of trials, order of rules "
                        + "and random targets.",
            ],
            Codes =
            [
                .. command is null ? Array.Empty<ReportCode>() : [new ReportCode("On the command line:", command)],
                new ReportCode(
                    $"{(command is null ? "As" : "Or as")} experiment.yaml, run with: {Reproduction.FileCommand(spec)}",
                    Reproduction.Yaml(spec)),
            ],
        };
    }

    public static ReportSection Meaning(ExperimentResults results, ComparisonTable table) =>
        new("What the figures mean") { Paragraphs = [.. Meanings(results, table)] };

    private static IEnumerable<string> Meanings(ExperimentResults results, ComparisonTable table)
    {
        yield return "prerouting is the time from a packet's arrival on the node to its routing decision: conntrack "
            + "and the nat PREROUTING hook, where kube-proxy's rules pick an endpoint. forward-postrouting is the time "
            + "from there to its departure: routing, FORWARD, POSTROUTING and neighbour output. total is both "
            + "together.";
        if (table.Stages(Measure.OneWay).Contains(Stage.RuleFunctions))
        {
            yield return "rule-functions is the time in ipt_do_table and nft_do_chain alone, all calls of a packet "
                + "together: the rules of every hook, without conntrack and routing. The function probe times packets "
                + "of its own, so its programs are in no other stage. "
                + (results.Node is null
                    ? "Without rules it is the reading on empty chains."
                    : "In the baseline it is the time in the rules of the cluster's own Services.");
        }

        yield return "Every one-way packet and every round trip's probe packet is the first packet of its flow, which "
            + "its conntrack entry proves. Later packets of a flow and replies skip the nat chains, so these figures "
            + "are the price of a new connection and not of every packet.";
        if (table.Measures.Contains(Measure.RoundTrip))
        {
            yield return "round-trip is the time from a probe packet leaving the sender's device to its answer "
                + "arriving there, by the kernel's timestamps. round-trip-user-space is the same by the sending "
                + "program's clock, with its system calls and pauses.";
        }

        if (table.Measures.Contains(Measure.Grpc))
        {
            yield return "Application level: grpc-connect is the opening of the TCP connection, grpc-request the "
                + "request on the open connection without the endpoint's own time, grpc-worker the endpoint's own "
                + "time, and grpc-total all of it from the time the request was due, with the wait for its turn.";
        }

        yield return "Each number of Services is built several times. Percentiles are taken of each trial, then the "
            + "median of a build's accepted trials, then the mean over builds. Below it, in brackets, is its 95 % "
            + "interval by Student's t over builds, or else the smallest and largest trial. A "
            + "percentile is not printed (–) with fewer than ten samples above it. Flagged attempts are in no figure.";
        yield return "Position is the place of the measured Service's rule among all Service rules. kube-proxy puts "
            + "rules in a random order, so random is what real traffic meets, and first and last are its bounds.";
    }
}
