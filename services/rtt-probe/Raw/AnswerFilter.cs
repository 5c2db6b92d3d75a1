using Plumbline.Linux;

namespace Plumbline.RttProbe.Raw;

/// <summary>
/// Selects packets that can be answers: unfragmented, of the probe packets' protocol, from their target's port to their
/// sources.
/// </summary>
internal static class AnswerFilter
{
    private const int FragmentOffset = 6;
    private const int ProtocolOffset = 9;
    private const int DestinationOffset = 16;
    private const int IpHeader = 20;
    private const uint FragmentMask = 0x3fff;

    /// <summary>Reads the ports behind an IP header without options: a kernel's answers have no options.</summary>
    public static FilterInstruction[] Of(byte protocol, ProbeAddresses addresses) =>
    [
        FilterInstruction.LoadByte(ProtocolOffset),
        FilterInstruction.JumpIfEqual(protocol, 0, 11),
        FilterInstruction.LoadHalfWord(FragmentOffset),
        FilterInstruction.JumpIfAnyBit(FragmentMask, 9, 0),
        FilterInstruction.LoadHalfWord(IpHeader),
        FilterInstruction.JumpIfEqual((uint)addresses.DestinationPort, 0, 7),
        FilterInstruction.LoadWord(DestinationOffset),
        FilterInstruction.JumpIfAtLeast(addresses.Sources.FirstIp.Ipv4Number, 0, 5),
        FilterInstruction.JumpIfAtLeast(addresses.Sources.LastIp.Ipv4Number + 1, 4, 0),
        FilterInstruction.LoadHalfWord(IpHeader + 2),
        FilterInstruction.JumpIfAtLeast((uint)addresses.Sources.FirstPort, 0, 2),
        FilterInstruction.JumpIfAtLeast((uint)addresses.Sources.LastPort + 1, 1, 0),
        FilterInstruction.Accept,
        FilterInstruction.Drop,
    ];
}
