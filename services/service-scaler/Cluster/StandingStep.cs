using System.Text.Json;
using k8s.Models;
using Plumbline.Cluster;
using Plumbline.Contracts;

namespace Plumbline.ServiceScaler.Cluster;

/// <summary>Which step the cluster holds, noted on the experiment's namespace: so the next life of a worker finds it.</summary>
public sealed class StandingStep(ExperimentNamespace namespaces)
{
    private static readonly JsonSerializerOptions s_options = new(JsonSerializerDefaults.Web);

    /// <summary>Null where none stands.</summary>
    public async Task<ServicesScaled?> FindAsync(Guid experimentId, CancellationToken token)
    {
        V1Namespace? there = await namespaces.FindAsync(experimentId, token);
        return there?.Metadata.DeletionTimestamp is null
            && there?.Metadata.Annotations?.TryGetValue(ClusterNames.StandingAnnotation, out string? json) == true
            ? JsonSerializer.Deserialize<ServicesScaled>(json, s_options)
            : null;
    }

    public Task KeepAsync(ServicesScaled scaled, CancellationToken token) =>
        namespaces.AnnotateAsync(scaled.ExperimentId, ClusterNames.StandingAnnotation, JsonSerializer.Serialize(scaled, s_options), token);

    public Task ForgetAsync(Guid experimentId, CancellationToken token) =>
        namespaces.AnnotateAsync(experimentId, ClusterNames.StandingAnnotation, null, token);
}
