namespace Plumbline.Contracts;

/// <summary>How the experiment's Services are named; the names can be read in every data plane's rules.</summary>
public static class ServiceNames
{
    /// <summary>A Service that may be measured.</summary>
    public const string TargetPrefix = "target-";

    /// <summary>A Service that only makes up the number.</summary>
    public const string DummyPrefix = "dummy-";

    public static bool IsTarget(string serviceName) => serviceName.StartsWith(TargetPrefix, StringComparison.Ordinal);
}
