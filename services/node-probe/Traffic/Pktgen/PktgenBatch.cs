using Plumbline.Paths;
using Plumbline.Trials;

namespace Plumbline.NodeProbe.Traffic.Pktgen;

/// <summary>Flows that pktgen sends in one run: consecutive source ports of one address.</summary>
/// <param name="SourceIp">In host byte order.</param>
/// <param name="FirstPort">The lowest port. pktgen uses each port once and starts with the second.</param>
internal sealed record PktgenBatch(uint SourceIp, ushort FirstPort, int Count)
{
    /// <summary>
    /// Splits flows from <paramref name="firstFlow"/> on into as few batches as possible. pktgen changes address and
    /// port with every packet, so a batch has one address. Its range of ports ends before a 16-bit number, so the
    /// last port of all is a batch by itself. Pure.
    /// </summary>
    public static IEnumerable<PktgenBatch> Of(FlowSpace sources, long firstFlow, int count)
    {
        while (count > 0)
        {
            FlowAddress first = sources.AddressOf(firstFlow);
            int left = Math.Min(sources.LastPort, ushort.MaxValue - 1) - first.Port + 1;
            int size = Math.Clamp(left, 1, count);
            yield return new PktgenBatch(first.Ip.Ipv4Number, first.Port, size);
            firstFlow += size;
            count -= size;
        }
    }
}
