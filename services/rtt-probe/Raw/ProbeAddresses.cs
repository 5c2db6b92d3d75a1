using Plumbline.Paths;
using Plumbline.Trials;

namespace Plumbline.RttProbe.Raw;

/// <summary>Where each probe comes from and goes to, and the sequence that tells it from others with the same addresses.</summary>
/// <param name="Sources">Source addresses and ports.</param>
/// <param name="FirstFlow">Flow number of probe 0; the others follow.</param>
/// <param name="Destinations">Of each probe, in host byte order.</param>
/// <param name="DestinationPort">Of all probes.</param>
/// <param name="Seed">A number of the run's own.</param>
internal sealed record ProbeAddresses(FlowSpace Sources, long FirstFlow, uint[] Destinations, int DestinationPort, int Seed)
{
    public FlowAddress SourceOf(int probe) => Sources.AddressOf(FirstFlow + probe);

    public uint SequenceOf(int probe) => (uint)Seed + (uint)probe;

    /// <summary>The probe that was sent from there; -1 where none was.</summary>
    public int ProbeOf(FlowAddress source)
    {
        long flow = Sources.FlowOf(source);
        long probe = flow - FirstFlow;
        return flow < 0 || probe < 0 || probe >= Destinations.Length ? -1 : (int)probe;
    }
}
