using k8s;
using k8s.Models;

namespace Plumbline.Cluster;

/// <summary>
/// The Lease whose holder has the cluster. An experiment may have objects in the cluster only while it holds the Lease.
/// So every object with an experiment's label that is not the holder's is a leftover.
/// </summary>
public sealed class ClusterLease(ApiServer api, LeaseTerms terms, TimeProvider clock)
{
    private const string What = $"Lease {ClusterNames.LeaseNamespace}/{ClusterNames.LeaseName}";

    public LeaseTerms Terms => terms;

    public TimeProvider Clock => clock;

    /// <summary>Null when nobody holds the cluster, or when the holder is not a pipeline.</summary>
    public async Task<LeaseHolder?> HolderAsync(CancellationToken token) => (await ReadAsync(token)).Holder;

    public async Task<LeaseReading> ReadAsync(CancellationToken token) => Reading((await FindAsync(token))?.Spec);

    /// <summary>
    /// Takes the Lease, or renews it when the holder has it already. When another holds it, watches that holder: for
    /// one renewal period while it is alive, for its Lease's duration when it is dead.
    /// </summary>
    /// <param name="onWait">Called once, before the wait, with the Lease as another holds it.</param>
    /// <returns>Null when it is taken; else the reason why not.</returns>
    public async Task<string?> TakeAsync(LeaseHolder holder, Action<LeaseReading> onWait, CancellationToken token)
    {
        LeaseWatch? watch = null;
        while (true)
        {
            V1Lease? there = await FindAsync(token);
            if (!IsFree(there?.Spec) && !IsOf(there, holder))
            {
                if (watch is null)
                {
                    watch = new LeaseWatch(there!.Spec, DurationOf(there.Spec), clock);
                    onWait(Reading(there.Spec));
                }

                if (watch.HasChanged(there!.Spec))
                {
                    return HeldByAnother(there.Spec);
                }

                if (watch.Remaining is var remaining && remaining > TimeSpan.Zero)
                {
                    await Task.Delay(remaining < terms.Look ? remaining : terms.Look, clock, token);
                    continue;
                }
            }

            if (await TryWriteAsync(there, Taken(there, holder), token))
            {
                return null;
            }
        }
    }

    /// <summary>Renews the Lease, which shows others that the holder is alive.</summary>
    /// <returns>False when another has taken it.</returns>
    public Task<bool> RenewAsync(LeaseHolder holder, CancellationToken token) =>
        ChangeOwnAsync(holder, there => Taken(there, holder), token);

    /// <summary>Gives the Lease back. Does nothing when another has taken it.</summary>
    public Task ReleaseAsync(LeaseHolder holder, CancellationToken token) => ChangeOwnAsync(
        holder,
        there =>
        {
            there.Spec.HolderIdentity = "";
            there.Spec.RenewTime = Now();
            return there;
        },
        token);

    private static bool IsFree(V1LeaseSpec? spec) => string.IsNullOrEmpty(spec?.HolderIdentity);

    private static bool IsOf(V1Lease? lease, LeaseHolder holder) => lease?.Spec?.HolderIdentity == holder.Identity;

    private static string HeldByAnother(V1LeaseSpec spec) =>
        $"the cluster is held by {LeaseHolder.Parse(spec.HolderIdentity)?.ToString() ?? spec.HolderIdentity}, "
        + $"which has just renewed {What}: wait until it has ended; two experiments at once disturb each other";

    private LeaseReading Reading(V1LeaseSpec? spec) => IsFree(spec)
        ? new LeaseReading(null, "", null, terms.Duration)
        : new LeaseReading(
            LeaseHolder.Parse(spec!.HolderIdentity),
            spec.HolderIdentity,
            spec.RenewTime is { } renewed ? new DateTimeOffset(InUtc(renewed)) : null,
            DurationOf(spec));

    /// <summary>The API's times are in UTC; the client leaves their kind open.</summary>
    private static DateTime InUtc(DateTime time) =>
        time.Kind == DateTimeKind.Unspecified ? DateTime.SpecifyKind(time, DateTimeKind.Utc) : time.ToUniversalTime();

    private TimeSpan DurationOf(V1LeaseSpec spec) =>
        spec.LeaseDurationSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : terms.Duration;

    private V1Lease Taken(V1Lease? there, LeaseHolder holder)
    {
        V1Lease lease = there ?? new V1Lease
        {
            ApiVersion = "coordination.k8s.io/v1",
            Kind = "Lease",
            Metadata = new V1ObjectMeta
            {
                Name = ClusterNames.LeaseName,
                NamespaceProperty = ClusterNames.LeaseNamespace,
                Labels = new Dictionary<string, string> { [ClusterNames.ManagedByLabel] = ClusterNames.ManagedBy },
            },
        };
        lease.Spec ??= new V1LeaseSpec();
        if (!IsOf(lease, holder))
        {
            lease.Spec.HolderIdentity = holder.Identity;
            lease.Spec.AcquireTime = Now();
            lease.Spec.LeaseTransitions = (lease.Spec.LeaseTransitions ?? 0) + (there is null ? 0 : 1);
        }

        lease.Spec.LeaseDurationSeconds = Math.Max(1, (int)terms.Duration.TotalSeconds);
        lease.Spec.RenewTime = Now();
        return lease;
    }

    /// <returns>False when another holds it.</returns>
    private async Task<bool> ChangeOwnAsync(LeaseHolder holder, Func<V1Lease, V1Lease> change, CancellationToken token)
    {
        while (await FindAsync(token) is { } there && IsOf(there, holder))
        {
            if (await TryWriteAsync(there, change(there), token))
            {
                return true;
            }
        }

        return false;
    }

    /// <returns>
    /// False when the Lease has changed since it was read: by another, or by an attempt of our own whose answer was
    /// lost.
    /// </returns>
    private async Task<bool> TryWriteAsync(V1Lease? there, V1Lease changed, CancellationToken token)
    {
        try
        {
            await api.CallAsync(
                $"write {What}",
                (client, attempt) => there is null
                    ? client.CoordinationV1.CreateNamespacedLeaseAsync(
                        changed, ClusterNames.LeaseNamespace, cancellationToken: attempt)
                    : client.CoordinationV1.ReplaceNamespacedLeaseAsync(
                        changed, ClusterNames.LeaseName, ClusterNames.LeaseNamespace, cancellationToken: attempt),
                token);
            return true;
        }
        catch (ApiException exception)
            when (exception.IsConflict || exception.IsAlreadyThere || (exception.IsNotFound && there is not null))
        {
            return false;
        }
    }

    private async Task<V1Lease?> FindAsync(CancellationToken token)
    {
        try
        {
            return await api.CallAsync(
                $"read {What}",
                (client, attempt) => client.CoordinationV1.ReadNamespacedLeaseAsync(
                    ClusterNames.LeaseName, ClusterNames.LeaseNamespace, cancellationToken: attempt),
                token);
        }
        catch (ApiException exception) when (exception.IsNotFound)
        {
            return null;
        }
    }

    private DateTime Now() => clock.GetUtcNow().UtcDateTime;
}
