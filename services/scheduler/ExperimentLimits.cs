namespace Plumbline.Scheduler;

/// <summary>The largest values that a specification may have.</summary>
public static class ExperimentLimits
{
    public const int MaxServices = 100_000;
    public const int MaxBuilds = 100;
    public const int MaxTrials = 1_000;

    /// <summary>Most numbers of Services in one experiment.</summary>
    public const int MaxSteps = 100;
    public const int MaxPackets = 10_000_000;
    public const int MaxRatePps = 1_000_000;
    public const int MaxEndpointsPerService = 1_000;
    public const int MaxTimeoutMs = 60_000;
    public const int MaxRequests = 100_000;
    public const int MaxRps = 100_000;
    public const int MaxAttempts = 100;

    /// <summary>The echo worker does no more in one request.</summary>
    public const int MaxWorkUs = 10_000_000;

    /// <summary>Rules of all Services times their endpoints. More is too much for a node's kernel and tools.</summary>
    public const long MaxEndpointRules = 1_000_000;

    /// <summary>Each port is a rule: twenty such Services make ten thousand.</summary>
    public const int MaxPortsPerService = 500;

    /// <summary>Each node has trials of its own.</summary>
    public const int MaxNodes = 100;

    /// <summary>64,512 source ports of each of 32,765 source addresses.</summary>
    public const long MaxFlows = 32_765L * 64_512;
}
