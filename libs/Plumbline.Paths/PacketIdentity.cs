using Plumbline.Contracts;

namespace Plumbline.Paths;

/// <summary>
/// What tells the measured packets from all others on the machine, and between which points they are timed. Kernel
/// probes are aimed with it.
/// <para>
/// Packets from a pod or from outside are those that arrive on one device. Packets that start on the node itself (nat
/// OUTPUT) arrive on none: a path for them needs an identity of another kind here, and probes that can be aimed with
/// it.
/// </para>
/// </summary>
/// <param name="IngressIndex">Interface index of the device on which the packets arrive.</param>
/// <param name="NetnsInode">Inode of the namespace that the device is in, because indices are per namespace.</param>
public sealed record PacketIdentity(int IngressIndex, uint NetnsInode)
{
    /// <summary>
    /// The stretches of a packet's way that the stage probe times, in the order of its histograms. They begin where the
    /// kernel receives the packet on the device and end where the packet leaves on another.
    /// </summary>
    public IReadOnlyList<Stage> Stages { get; } = [Stage.Prerouting, Stage.ForwardPostrouting, Stage.Total];
}
