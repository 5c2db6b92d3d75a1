using System.Text.Json;
using Plumbline.Cluster;
using Plumbline.Contracts;
using k8s.Models;

namespace Plumbline.ServiceScaler.Cluster;

/// <summary>
/// The complete step that the cluster holds, noted on the experiment's namespace. A restarted worker reads it there.
/// </summary>
public sealed class StepNote(ExperimentNamespace namespaces)
{
    private static readonly JsonSerializerOptions s_options = new(JsonSerializerDefaults.Web);

    /// <summary>Null when no step is complete, or when the note cannot be read.</summary>
    public async Task<ServicesScaled?> FindAsync(Guid experimentId, CancellationToken token)
    {
        V1Namespace? there = await namespaces.FindAsync(experimentId, token);
        return there is { Metadata.DeletionTimestamp: null, Metadata.Annotations: { } notes }
            && notes.TryGetValue(ClusterNames.CompleteStepAnnotation, out string? json)
                ? Read(json)
                : null;
    }

    public Task KeepAsync(ServicesScaled scaled, CancellationToken token) => namespaces.AnnotateAsync(
        scaled.ExperimentId, ClusterNames.CompleteStepAnnotation, JsonSerializer.Serialize(scaled, s_options), token);

    /// <summary>Creates the namespace if it is missing, and removes the note of an earlier step.</summary>
    /// <exception cref="ClusterRefusedException">A namespace of that name exists and is not ours.</exception>
    public async Task ClearAsync(Guid experimentId, CancellationToken token)
    {
        await namespaces.EnsureAsync(experimentId, token);
        await namespaces.AnnotateAsync(experimentId, ClusterNames.CompleteStepAnnotation, null, token);
    }

    private static ServicesScaled? Read(string json)
    {
        try
        {
            return JsonSerializer.Deserialize<ServicesScaled>(json, s_options);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
