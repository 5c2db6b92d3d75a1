using System.Globalization;
using k8s;
using k8s.Models;

namespace Plumbline.Cluster;

/// <summary>
/// The Lease whose holder has the cluster. Objects of an experiment may be there only while it holds the Lease, so whatever is
/// labelled and is not the holder's is a leftover. Holders tell by their clocks whether one has died; clocks of a cluster agree
/// to a second, and the Lease is long.
/// </summary>
public sealed class ClusterLease(ApiServer api, LeaseTerms terms, TimeProvider clock)
{
    /// <summary>Null where nobody has it.</summary>
    public async Task<LeaseHolder?> HolderAsync(CancellationToken token) => LeaseHolder.Parse((await FindAsync(token))?.Spec?.HolderIdentity);

    /// <summary>Who has it, and since when nothing was heard of them.</summary>
    public async Task<LeaseStanding> StandingAsync(CancellationToken token)
    {
        V1LeaseSpec? spec = (await FindAsync(token))?.Spec;
        return string.IsNullOrEmpty(spec?.HolderIdentity)
            ? new LeaseStanding(null, "", null, IsHeld: false)
            : new LeaseStanding(LeaseHolder.Parse(spec.HolderIdentity), spec.HolderIdentity, spec.RenewTime is { } renewed ? Since(renewed) : null, !IsStale(spec));
    }

    /// <summary>Takes it, or renews it where one has it already.</summary>
    /// <returns>Null where it is taken; else why not.</returns>
    public Task<string?> TakeAsync(LeaseHolder holder, CancellationToken token) => ChangeAsync(
        there => there?.Spec is not { } spec || IsOf(there, holder) || string.IsNullOrEmpty(spec.HolderIdentity) || IsStale(spec)
            ? null
            : HeldByAnother(spec),
        there => Taken(there, holder),
        token);

    /// <summary>Gives a sign of life.</summary>
    /// <returns>False where another has it meanwhile.</returns>
    public async Task<bool> RenewAsync(LeaseHolder holder, CancellationToken token) => await ChangeAsync(
        there => IsOf(there, holder) ? null : "another has it",
        there => Taken(there, holder),
        token) is null;

    /// <summary>Gives it back; one that another has meanwhile is left.</summary>
    public Task ReleaseAsync(LeaseHolder holder, CancellationToken token) => ChangeAsync(
        there => IsOf(there, holder) ? null : "another has it",
        there =>
        {
            there!.Spec.HolderIdentity = "";
            there.Spec.RenewTime = Now();
            return there;
        },
        token);

    private static bool IsOf(V1Lease? lease, LeaseHolder holder) => lease?.Spec?.HolderIdentity == holder.Identity;

    private bool IsStale(V1LeaseSpec spec) =>
        spec.RenewTime is not { } renewed || Since(renewed) > TimeSpan.FromSeconds(spec.LeaseDurationSeconds ?? terms.Duration.TotalSeconds);

    private string HeldByAnother(V1LeaseSpec spec) => 
        $"the cluster is held by {LeaseHolder.Parse(spec.HolderIdentity)?.ToString() ?? spec.HolderIdentity} (Lease {ClusterNames.LeaseNamespace}/{ClusterNames.LeaseName}, "
        + string.Create(CultureInfo.InvariantCulture, $"renewed {Since(spec.RenewTime!.Value).TotalSeconds:F0} s ago): wait until it has ended; two would disturb each other's measurement");

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

    /// <summary>Looks, decides, and changes it if nobody else has changed it since; else from the beginning.</summary>
    private async Task<string?> ChangeAsync(Func<V1Lease?, string?> refuse, Func<V1Lease?, V1Lease> change, CancellationToken token)
    {
        while (true)
        {
            V1Lease? there = await FindAsync(token);
            if (refuse(there) is { } reason)
            {
                return reason;
            }

            V1Lease changed = change(there);
            try
            {
                await api.CallAsync(
                    $"write Lease {ClusterNames.LeaseNamespace}/{ClusterNames.LeaseName}",
                    (client, attempt) => there is null
                        ? client.CoordinationV1.CreateNamespacedLeaseAsync(changed, ClusterNames.LeaseNamespace, cancellationToken: attempt)
                        : client.CoordinationV1.ReplaceNamespacedLeaseAsync(changed, ClusterNames.LeaseName, ClusterNames.LeaseNamespace, cancellationToken: attempt),
                    token);
                return null;
            }
            catch (ApiException exception) when (exception.IsConflict || exception.IsAlreadyThere || (exception.IsNotFound && there is not null))
            {
                // Somebody was first: it may have been an attempt of our own whose answer was lost.
            }
        }
    }

    private async Task<V1Lease?> FindAsync(CancellationToken token)
    {
        try
        {
            return await api.CallAsync(
                $"read Lease {ClusterNames.LeaseNamespace}/{ClusterNames.LeaseName}",
                (client, attempt) => client.CoordinationV1.ReadNamespacedLeaseAsync(ClusterNames.LeaseName, ClusterNames.LeaseNamespace, cancellationToken: attempt),
                token);
        }
        catch (ApiException exception) when (exception.IsNotFound)
        {
            return null;
        }
    }

    /// <summary>Times of the API are in UTC, also where the client leaves that open.</summary>
    private TimeSpan Since(DateTime time) =>
        clock.GetUtcNow() - (time.Kind == DateTimeKind.Unspecified ? DateTime.SpecifyKind(time, DateTimeKind.Utc) : time);

    private DateTime Now() => clock.GetUtcNow().UtcDateTime;
}
