using k8s.Models;

namespace Plumbline.Cluster;

/// <summary>
/// Judges whether another holder of the Lease is alive. It is alive when its Lease changes while we watch. It is dead
/// when the Lease stays the same for its whole duration, measured by our own monotonic clock from our first look. The
/// time stamps in the Lease are compared for equality only, so it does not matter what clock the holder has.
/// client-go's leader election judges by the same rule, and Kubernetes defines the duration by it
/// (LeaseSpec.leaseDurationSeconds).
/// </summary>
/// <param name="first">The Lease at the first look.</param>
/// <param name="duration">How long the holder keeps the cluster without a renewal.</param>
internal sealed class LeaseWatch(V1LeaseSpec first, TimeSpan duration, TimeProvider clock)
{
    private readonly (string?, DateTime?, DateTime?, int?) _first = Record(first);
    private readonly long _since = clock.GetTimestamp();

    /// <summary>Until the holder counts as dead; zero or less when it does.</summary>
    public TimeSpan Remaining => duration - clock.GetElapsedTime(_since);

    /// <summary>Whether somebody has renewed or taken the Lease since the first look.</summary>
    public bool HasChanged(V1LeaseSpec now) => Record(now) != _first;

    private static (string?, DateTime?, DateTime?, int?) Record(V1LeaseSpec spec) =>
        (spec.HolderIdentity, spec.RenewTime, spec.AcquireTime, spec.LeaseTransitions);
}
