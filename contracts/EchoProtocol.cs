namespace Plumbline.Contracts;

/// <summary>What probes and endpoints agree on.</summary>
public static class EchoProtocol
{
    /// <summary>
    /// Datagrams that begin with this are not echoed: those of the one-way probe, whose answers would disturb what is
    /// measured. ASCII.
    /// </summary>
    public const string NoEcho = "plumbline:no-echo";
}
