namespace Plumbline.Contracts;

/// <summary>Names of the experiment's Services. Every data plane's rules contain them.</summary>
public static class ServiceNames
{
    /// <summary>A Service that trials measure.</summary>
    public const string TargetPrefix = "target-";

    /// <summary>A Service that only makes up the number.</summary>
    public const string DummyPrefix = "dummy-";

    /// <summary>Name of a Service's port: its protocol, and a number from the second of that protocol on.</summary>
    public static string PortName((ServiceProtocol Protocol, int Turn) port) =>
        port.Turn == 0 ? port.Protocol.WireName() : $"{port.Protocol.WireName()}-{port.Turn}";

    public static bool IsTarget(string serviceName) =>
        serviceName.StartsWith(TargetPrefix, StringComparison.Ordinal);
}
