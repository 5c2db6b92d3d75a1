using Plumbline.Paths;
using Plumbline.Trials;

namespace Plumbline.RttProbe.Raw;

/// <summary>One kind of probe packet in IPv4, and what an answer to it looks like.</summary>
internal interface IProbePacket
{
    /// <summary>IP protocol number.</summary>
    byte Protocol { get; }

    /// <summary>Length of the packet in bytes.</summary>
    int Length { get; }

    /// <summary>Writes the packet, from the IP header on.</summary>
    /// <param name="sequence">Distinguishes it from every other packet with the same addresses.</param>
    /// <param name="destination">In host byte order.</param>
    void Write(Span<byte> packet, FlowAddress source, uint destination, uint sequence);

    /// <summary>Whether this answers the packet with that sequence.</summary>
    /// <param name="payload">What follows the IP header.</param>
    bool Answers(ReadOnlySpan<byte> payload, uint sequence);

    /// <summary>
    /// Writes the packet that closes what a probe packet opened. Returns false when there is nothing to close.
    /// </summary>
    bool WriteRelease(Span<byte> packet, FlowAddress source, uint destination, uint sequence);
}
