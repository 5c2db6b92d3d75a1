namespace Plumbline.Contracts;

/// <summary>Names of the experiment's Services. Every data plane's rules contain them.</summary>
public static class ServiceNames
{
    /// <summary>A Service that trials measure.</summary>
    public const string TargetPrefix = "target-";

    /// <summary>A Service that only makes up the number.</summary>
    public const string DummyPrefix = "dummy-";

    public static bool IsTarget(string serviceName) =>
        serviceName.StartsWith(TargetPrefix, StringComparison.Ordinal);
}
