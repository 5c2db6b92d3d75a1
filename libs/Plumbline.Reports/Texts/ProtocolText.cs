namespace Plumbline.Reports.Texts;

/// <summary>The protocols of an experiment's packets, and of the Service ports among its rules.</summary>
internal static class ProtocolText
{
    /// <summary>As <c>100 % TCP</c>, or <c>100, 50 % TCP</c> where the experiment sweeps the share.</summary>
    public static string Mix(ExperimentSpec spec) => $"{string.Join(", ", Axes.TcpShare.ValuesIn(spec))} % TCP";

    /// <summary>As <c>TCP SYNs</c>.</summary>
    public static string Packets(ExperimentSpec spec) => string.Join(" and ", Axes.Protocol.ValuesIn(spec)
        .Select(WireNames.Parse<ServiceProtocol>).Select(Packets));

    private static string Packets(ServiceProtocol protocol) =>
        protocol == ServiceProtocol.Tcp ? "TCP SYNs" : "UDP datagrams";
}
