using Plumbline.Contracts;

namespace Plumbline.Tests;

/// <summary>A plan in which kube-proxy is switched: each mode has a baseline before and after its one step.</summary>
internal static class TwoModes
{
    public static readonly ExperimentSpec Spec = new()
    {
        Nodes = ["a"],
        Services = [100],
        Positions = ["last"],
        ProxyModes = ["iptables", "nftables"],
        DataPlanes = ["iptables-nft", "nftables"],
    };

    /// <summary>Steps 0 to 2 are those of iptables-nft, and 3 to 5 those of nftables.</summary>
    public static ExperimentStarted Started(Messages messages)
    {
        ExperimentStarted started = messages.Started();
        return started with
        {
            Steps =
            [
                .. from block in new[] { (Number: 0, Plane: Planes.IptablesNft), (Number: 1, Plane: Planes.Nftables) }
                   from step in started.Steps
                   select step with
                   {
                       Step = (3 * block.Number) + step.Step,
                       Block = block.Number,
                       DataPlanes = step.Role == StepRole.Services ? [block.Plane] : step.DataPlanes,
                   },
            ],
        };
    }
}
