using System.Text.Json;
using k8s.Models;
using Plumbline.Cluster;
using Plumbline.Contracts;

namespace Plumbline.ServiceScaler.Cluster;

/// <summary>Which step the cluster holds, noted on the experiment's namespace: so the next life of a worker finds it.</summary>
public sealed class StandingStep(ExperimentNamespace namespaces)
{
    private static readonly JsonSerializerOptions s_options = new(JsonSerializerDefaults.Web);

    /// <summary>Null where none stands, or what is noted cannot be read.</summary>
    public async Task<ServicesScaled?> FindAsync(Guid experimentId, CancellationToken token)
    {
        V1Namespace? there = await namespaces.FindAsync(experimentId, token);
        return there is { Metadata.DeletionTimestamp: null, Metadata.Annotations: { } notes } && notes.TryGetValue(ClusterNames.StandingAnnotation, out string? json)
            ? Read(json)
            : null;
    }

    public Task KeepAsync(ServicesScaled scaled, CancellationToken token) =>
        namespaces.AnnotateAsync(scaled.ExperimentId, ClusterNames.StandingAnnotation, JsonSerializer.Serialize(scaled, s_options), token);

    public Task ForgetAsync(Guid experimentId, CancellationToken token) =>
        namespaces.AnnotateAsync(experimentId, ClusterNames.StandingAnnotation, null, token);

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
