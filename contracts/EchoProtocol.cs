namespace Plumbline.Contracts;

/// <summary>What senders and endpoints agree on.</summary>
public static class EchoProtocol
{
    /// <summary>
    /// An endpoint does not echo datagrams that begin with this, in ASCII. One-way packets do: their answers would
    /// disturb the measurement.
    /// </summary>
    public const string NoEcho = "plumbline:no-echo";

    /// <summary>
    /// The payload of every pktgen packet begins with this, in network byte order (PKTGEN_MAGIC in net/core/pktgen.c).
    /// pktgen can put nothing else there. Endpoints do not echo it either.
    /// </summary>
    public const uint PktgenMagic = 0xBE9B_E955;
}
