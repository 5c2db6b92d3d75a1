using System.Globalization;
using k8s;
using k8s.Models;

namespace Plumbline.Cluster;

/// <summary>The namespaces of experiments. Each experiment has its own, known by its name and label.</summary>
public sealed class ExperimentNamespace(ApiServer api)
{
    /// <summary>All experiments that have a namespace, each with its namespace.</summary>
    public async Task<IReadOnlyList<(Guid ExperimentId, V1Namespace Namespace)>> ListAsync(CancellationToken token)
    {
        IReadOnlyList<V1Namespace> all = await Pages.ListAsync<V1NamespaceList, V1Namespace>(
            api,
            "namespaces of experiments",
            (client, next, size, attempt) => client.CoreV1.ListNamespaceAsync(
                labelSelector: ClusterNames.ExperimentLabel,
                limit: size,
                continueParameter: next,
                cancellationToken: attempt),
            token);
        return
        [
            .. from each in all
               let label = each.Metadata.Labels[ClusterNames.ExperimentLabel]
               let id = Guid.TryParseExact(label, "N", out Guid experimentId) ? experimentId : Guid.Empty

               // A namespace with our label but another name is not ours.
               where each.Metadata.Name == ClusterNames.Namespace(id)
               select (id, each),
        ];
    }

    /// <summary>The experiment's namespace; null when there is none.</summary>
    public async Task<V1Namespace?> FindAsync(Guid experimentId, CancellationToken token) =>
        await ReadAsync(ClusterNames.Namespace(experimentId), token) is { } there && IsOf(there, experimentId)
            ? there
            : null;

    /// <summary>Creates the namespace if it is missing. Waits first for an old one to finish terminating.</summary>
    /// <exception cref="ClusterRefusedException">A namespace of that name exists and is not ours.</exception>
    public async Task EnsureAsync(Guid experimentId, CancellationToken token)
    {
        string name = ClusterNames.Namespace(experimentId);
        while (await ReadAsync(name, token) is { } there)
        {
            if (!IsOf(there, experimentId))
            {
                throw new ClusterRefusedException(
                    $"namespace {name} lacks the label {ClusterNames.ExperimentLabel}={experimentId:N}, so it is not "
                    + "Plumbline's: remove it");
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
            await api.CallAsync(
                $"create namespace {name}",
                (client, attempt) => client.CoreV1.CreateNamespaceAsync(made, cancellationToken: attempt),
                token);
        }
        catch (ApiException exception) when (exception.IsAlreadyThere)
        {
            // An attempt whose answer was lost has created it.
        }
    }

    /// <summary>
    /// Removes exactly this namespace and everything in it, and no later one of the same name. Returns once it is gone.
    /// </summary>
    /// <exception cref="ApiException">The API server refused the removal.</exception>
    /// <exception cref="InvalidOperationException">The namespace does not go away.</exception>
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
                (client, attempt) =>
                    client.CoreV1.DeleteNamespaceAsync(there.Metadata.Name, options, cancellationToken: attempt),
                token);
        }
        catch (ApiException exception) when (exception.IsNotFound || exception.IsConflict)
        {
            // It is gone, or is terminating (also a conflict), or another has taken its name.
        }

        await AwaitEndAsync(there, token);
    }

    /// <summary>Sets an annotation; null removes it.</summary>
    public async Task AnnotateAsync(Guid experimentId, string annotation, string? value, CancellationToken token)
    {
        string name = ClusterNames.Namespace(experimentId);
        V1Patch patch = new(
            new { metadata = new { annotations = new Dictionary<string, string?> { [annotation] = value } } },
            V1Patch.PatchType.MergePatch);
        await api.CallAsync(
            $"annotate namespace {name}",
            (client, attempt) => client.CoreV1.PatchNamespaceAsync(patch, name, cancellationToken: attempt),
            token);
    }

    private static bool IsOf(V1Namespace there, Guid experimentId) =>
        there.Metadata.Labels?.TryGetValue(ClusterNames.ExperimentLabel, out string? owner) == true
        && owner == experimentId.ToString("N");

    private async Task<V1Namespace?> ReadAsync(string name, CancellationToken token)
    {
        try
        {
            return await api.CallAsync(
                $"read namespace {name}",
                (client, attempt) => client.CoreV1.ReadNamespaceAsync(name, cancellationToken: attempt),
                token);
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
        while ((now = await ReadAsync(there.Metadata.Name, token)) is not null
            && now.Metadata.Uid == there.Metadata.Uid)
        {
            if (Environment.TickCount64 - start > api.Patience.Termination.TotalMilliseconds)
            {
                throw new InvalidOperationException(StillThere(now));
            }

            await Task.Delay(api.Patience.Look, token);
        }
    }

    private string StillThere(V1Namespace now)
    {
        string conditions = string.Join(
            "; ", (now.Status?.Conditions ?? []).Where(each => each.Status == "True").Select(each => each.Message));
        string seconds = api.Patience.Termination.TotalSeconds.ToString("F0", CultureInfo.InvariantCulture);
        return $"namespace {now.Metadata.Name} is not gone {seconds} s after it was deleted: "
            + (conditions.Length > 0 ? conditions : "does the cluster's controller manager run?");
    }
}
