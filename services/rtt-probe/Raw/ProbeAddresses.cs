using Plumbline.Paths;
using Plumbline.Trials;

namespace Plumbline.RttProbe.Raw;

/// <summary>
/// Source, destination and sequence of each probe packet. The sequence distinguishes it from others with the same
/// addresses.
/// </summary>
/// <param name="Sources">Source addresses and ports.</param>
/// <param name="FirstFlow">Flow number of probe packet 0; the others follow.</param>
/// <param name="Destinations">Each probe packet's destination, in host byte order.</param>
/// <param name="DestinationPort">The same for all.</param>
/// <param name="Seed">The first sequence. Runs differ in it.</param>
internal sealed record ProbeAddresses(
    FlowSpace Sources, long FirstFlow, uint[] Destinations, int DestinationPort, int Seed)
{
    public FlowAddress SourceOf(int probe) => Sources.AddressOf(FirstFlow + probe);

    public uint SequenceOf(int probe) => (uint)Seed + (uint)probe;

    /// <summary>The number of the probe packet from that source; -1 when there is none.</summary>
    public int ProbeOf(FlowAddress source)
    {
        long flow = Sources.FlowOf(source);
        long probe = flow - FirstFlow;
        return flow < 0 || probe < 0 || probe >= Destinations.Length ? -1 : (int)probe;
    }
}
