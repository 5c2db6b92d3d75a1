using Plumbline.Paths;
using Plumbline.Trials;

namespace Plumbline.RttProbe.Raw;

/// <summary>One kind of probe as an IPv4 packet, and how its answer is known.</summary>
internal interface IProbePacket
{
    /// <summary>IP protocol number.</summary>
    byte Protocol { get; }

    /// <summary>Length of the packet in bytes.</summary>
    int Length { get; }

    /// <summary>Writes the probe's packet, from the IP header on.</summary>
    /// <param name="sequence">Tells it from every other probe that had the same addresses.</param>
    /// <param name="destination">In host byte order.</param>
    void Write(Span<byte> packet, FlowAddress source, uint destination, uint sequence);

    /// <summary>Whether what follows the IP header answers a probe with that sequence.</summary>
    bool Answers(ReadOnlySpan<byte> payload, uint sequence);

    /// <summary>Writes the packet that ends what the probe began; false where nothing was begun.</summary>
    bool WriteRelease(Span<byte> packet, FlowAddress source, uint destination, uint sequence);
}
