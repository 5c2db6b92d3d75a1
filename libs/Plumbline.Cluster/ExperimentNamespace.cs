using System.Globalization;
using k8s;
using k8s.Models;

namespace Plumbline.Cluster;

/// <summary>The namespaces of experiments: each has one of its own, by its name and label.</summary>
public sealed class ExperimentNamespace(ApiServer api)
{
    /// <summary>Experiments that have a namespace, with the namespace as it is.</summary>
    public async Task<IReadOnlyList<(Guid ExperimentId, V1Namespace Namespace)>> ListAsync(CancellationToken token)
    {
        IReadOnlyList<V1Namespace> all = await Pages.ListAsync<V1NamespaceList, V1Namespace>(
            api,
            "namespaces of experiments",
            (client, next, size, attempt) => client.CoreV1.ListNamespaceAsync(
                labelSelector: ClusterNames.ExperimentLabel, limit: size, continueParameter: next, cancellationToken: attempt),
            token);
        return
        [
            .. from each in all
               let id = Guid.TryParseExact(each.Metadata.Labels[ClusterNames.ExperimentLabel], "N", out Guid experimentId) ? experimentId : Guid.Empty

               // A namespace that only has the label is not ours to touch.
               where each.Metadata.Name == ClusterNames.Namespace(id)
               select (id, each),
        ];
    }

    /// <summary>The experiment's; null where there is none.</summary>
    public async Task<V1Namespace?> FindAsync(Guid experimentId, CancellationToken token) =>
        await ReadAsync(ClusterNames.Namespace(experimentId), token) is { } there && IsOf(there, experimentId) ? there : null;

    /// <summary>Makes it where it is not there; one that is going is waited for.</summary>
    /// <exception cref="ClusterRefusedException">There is one of that name that is not ours.</exception>
    public async Task EnsureAsync(Guid experimentId, CancellationToken token)
    {
        string name = ClusterNames.Namespace(experimentId);
        while (await ReadAsync(name, token) is { } there)
        {
            if (!IsOf(there, experimentId))
            {
                throw new ClusterRefusedException($"namespace {name} is there and lacks the label {ClusterNames.ExperimentLabel}={experimentId:N}: it is not Plumbline's; remove it");
            }

            if (there.Metadata.DeletionTimestamp is null)
            {
                return;
            }

            await AwaitEndAsync(there, token);
        }

        V1Namespace made = new()
        {
            ApiVersion = "v1",
            Kind = "Namespace",
            Metadata = new V1ObjectMeta { Name = name, Labels = ClusterNames.Labels(experimentId) },
        };
        try
        {
            await api.CallAsync($"create namespace {name}", (client, attempt) => client.CoreV1.CreateNamespaceAsync(made, cancellationToken: attempt), token);
        }
        catch (ApiException exception) when (exception.IsAlreadyThere)
        {
            // An attempt whose answer was lost has made it.
        }
    }

    /// <summary>Removes the namespace that was looked at, with all that is in it, and no other of its name; returns once it is gone.</summary>
    /// <exception cref="ApiException">It could not be removed.</exception>
    /// <exception cref="InvalidOperationException">It does not go.</exception>
    public async Task RemoveAsync(V1Namespace there, CancellationToken token)
    {
        V1DeleteOptions options = new()
        {
            Preconditions = new V1Preconditions { Uid = there.Metadata.Uid },
            PropagationPolicy = "Background",
        };
        try
        {
            await api.CallAsync(
                $"delete namespace {there.Metadata.Name}",
                (client, attempt) => client.CoreV1.DeleteNamespaceAsync(there.Metadata.Name, options, cancellationToken: attempt),
                token);
        }
        catch (ApiException exception) when (exception.IsNotFound || exception.IsConflict)
        {
            // It is gone already, or on its way (which is a conflict, too), or another has come in its place.
        }

        await AwaitEndAsync(there, token);
    }

    /// <summary>Notes something on it; null takes the note away.</summary>
    public async Task AnnotateAsync(Guid experimentId, string annotation, string? value, CancellationToken token)
    {
        string name = ClusterNames.Namespace(experimentId);
        V1Patch patch = new(
            new { metadata = new { annotations = new Dictionary<string, string?> { [annotation] = value } } },
            V1Patch.PatchType.MergePatch);
        await api.CallAsync($"annotate namespace {name}", (client, attempt) => client.CoreV1.PatchNamespaceAsync(patch, name, cancellationToken: attempt), token);
    }

    private static bool IsOf(V1Namespace there, Guid experimentId) =>
        there.Metadata.Labels?.TryGetValue(ClusterNames.ExperimentLabel, out string? owner) == true && owner == experimentId.ToString("N");

    private async Task<V1Namespace?> ReadAsync(string name, CancellationToken token)
    {
        try
        {
            return await api.CallAsync($"read namespace {name}", (client, attempt) => client.CoreV1.ReadNamespaceAsync(name, cancellationToken: attempt), token);
        }
        catch (ApiException exception) when (exception.IsNotFound)
        {
            return null;
        }
    }

    private async Task AwaitEndAsync(V1Namespace there, CancellationToken token)
    {
        long start = Environment.TickCount64;
        V1Namespace? now;
        while ((now = await ReadAsync(there.Metadata.Name, token)) is not null && now.Metadata.Uid == there.Metadata.Uid)
        {
            if (Environment.TickCount64 - start > api.Patience.Termination.TotalMilliseconds)
            {
                string conditions = string.Join("; ", (now.Status?.Conditions ?? []).Where(each => each.Status == "True").Select(each => each.Message));
                throw new InvalidOperationException(string.Create(
                    CultureInfo.InvariantCulture,
                    $"namespace {now.Metadata.Name} is not gone {api.Patience.Termination.TotalSeconds:F0} s after it was deleted: {(conditions.Length > 0 ? conditions : "does the cluster's controller manager run?")}"));
            }

            await Task.Delay(api.Patience.Look, token);
        }
    }
}
