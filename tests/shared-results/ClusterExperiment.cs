using Plumbline.Contracts;
using Plumbline.Store;

namespace Plumbline.Tests;

/// <summary>An experiment in a cluster, with planted figures: every node has its own.</summary>
internal static class ClusterExperiment
{
    public const string Disagreement = "kube-proxy reports mode nftables, but the node has rules of iptables-nft";

    public static Messages MessagesOf(params string[] nodes) => new()
    {
        Spec = new ExperimentSpec
        {
            Nodes = nodes,
            DataPlanes = ["iptables-nft"],
            Services = [100, 1_000, 10_000],
            Positions = ["first", "last"],
            Trials = 3,
        },
    };

    public static MeasuredNode Node(string name) => new()
    {
        Name = name,
        SourcePrefix = $"10.244.{name.Length}.192/26",
        EndpointIp = "10.244.7.9",
        EndpointPort = 8080,
        ServiceNamespace = "plumbline-0a1b2c3d",
    };

    /// <summary>The same message about a trial on a node.</summary>
    public static TrialMeasured On(string node, TrialMeasured measured) => measured with
    {
        Trial = measured.Trial with { Node = Node(node), Cell = measured.Trial.Cell.With(Axes.Node, node) },
    };

    public static NodeDescribed Described(Messages messages, string node, string kernel)
    {
        NodeDescribed described = messages.Node();
        return described with { Node = node, Machine = described.Machine with { Kernel = kernel } };
    }

    /// <summary>The first node's kube-proxy answers; the others' does not, and contradicts its kernel.</summary>
    public static ScaledNode Scaled(string node, int index, int services, int step) => new()
    {
        Node = Node(node),
        DataPlane = Planes.IptablesNft,
        Rules = services,
        AllRules = services + 7 + index,
        ProgrammingNs = Programming(index, services),
        KubeProxy = index > 0 ? null : new KubeProxyReading
        {
            Mode = "iptables",
            Version = "v1.36.1",
            Syncs = 40 + step,
            SyncSeconds = 12.5 + step,
            LastSyncUnixSeconds = 1_772_600_000.25 + step,
        },
        Remarks = index > 0 ? [Disagreement] : [],
    };

    public static long Programming(int index, int services) =>
        1_000_000_000L + (index * 500_000_000L) + (services * 200_000L);

    /// <summary>Nanoseconds that a first packet spends in PREROUTING on the node of that index.</summary>
    public static double Prerouting(int index, int services, Position position) =>
        (1 + index) * (services == 0 ? 400 : position == Position.First ? 2_000 : 2_000 + (15.4 * services));

    /// <summary>
    /// Records it. Each node is slower than the first by the factor of its number. Each trial is in a build of its own.
    /// </summary>
    public static Messages Record(ResultsStore store, Messages messages, double factor = 1)
    {
        IReadOnlyList<string> nodes = messages.Spec.Nodes;
        int builds = messages.Spec.Trials;
        int[] sizes = [0, .. Enumerable.Repeat(messages.Spec.Services, builds).SelectMany(each => each), 0];
        int trial = 0;
        store.RecordStarted(messages.Built(
            builds,
            nodes.Count * 2 * builds * (2 + (2 * messages.Spec.Services.Count)),
            [.. messages.Spec.Services]));
        for (int index = 0; index < nodes.Count; index++)
        {
            store.RecordMachine(Described(messages, nodes[index], $"6.1.{index}"));
        }

        for (int step = 0; step < sizes.Length; step++)
        {
            int services = sizes[step];
            DataPlane dataPlane = services == 0 ? DataPlane.NoRules : Planes.IptablesNft;
            store.RecordStep(messages.Scaled(step, services, (dataPlane, 9_000_000_000)) with
            {
                Nodes = [.. nodes.Select((node, index) => Scaled(node, index, services, step))],
            });
            int build = services == 0 ? 0 : (step - 1) / messages.Spec.Services.Count;
            for (int repetition = build; repetition < (services == 0 ? builds : build + 1); repetition++)
            {
                foreach (Position position in services == 0 ? [Position.None] : new[] { Position.First, Position.Last })
                {
                    for (int index = 0; index < nodes.Count; index++)
                    {
                        double rules = factor * Prerouting(index, services, position) * (1 + (0.01 * repetition));
                        store.RecordTrial(On(nodes[index], messages.Trial(
                            step, trial++, dataPlane, services, position, Messages.Around(rules, trial))));
                        store.RecordTrial(On(nodes[index], messages.RoundTrip(
                            step, trial++, dataPlane, services, position,
                            Messages.Around(18_000, trial).Select(value => value + (long)rules))));
                    }
                }
            }
        }

        store.RecordCompleted(messages.Completed());
        return messages;
    }
}
