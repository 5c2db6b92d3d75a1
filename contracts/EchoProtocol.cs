namespace Plumbline.Contracts;

/// <summary>What probes and endpoints agree on.</summary>
public static class EchoProtocol
{
    /// <summary>
    /// Datagrams that begin with this are not echoed: those of the one-way probe, whose answers would disturb what is
    /// measured. ASCII.
    /// </summary>
    public const string NoEcho = "plumbline:no-echo";

    /// <summary>
    /// What the payload of every packet of the kernel's pktgen begins with, in network byte order (PKTGEN_MAGIC in
    /// net/core/pktgen.c); nothing else can be put there. Not echoed either.
    /// </summary>
    public const uint PktgenMagic = 0xBE9B_E955;
}
