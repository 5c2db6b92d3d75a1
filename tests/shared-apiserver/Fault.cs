namespace Plumbline.Tests;

/// <summary>Faults of a request.</summary>
internal enum Fault
{
    None,

    /// <summary>429 with Retry-After: nothing was done.</summary>
    TooManyRequests,

    /// <summary>500 of an etcd that has no leader: nothing was done.</summary>
    InternalError,

    /// <summary>500 after it was done.</summary>
    InternalErrorAfterwards,

    /// <summary>503: nothing was done.</summary>
    Unavailable,

    /// <summary>504 after it was done.</summary>
    TimeoutAfterwards,

    /// <summary>The connection ends: nothing was done.</summary>
    Disconnected,

    /// <summary>The connection ends after it was done.</summary>
    DisconnectedAfterwards,

    /// <summary>The answer ends in the middle.</summary>
    CutOff,

    /// <summary>The answer comes late.</summary>
    Slow,

    /// <summary>409 of a quota that another request has updated: nothing was done.</summary>
    QuotaConflict,

    /// <summary>The store is compacted, so lists in progress must start again.</summary>
    Compacted,
}
