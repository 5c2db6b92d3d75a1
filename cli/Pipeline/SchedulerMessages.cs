using System.Text.Json;
using Plumbline.Contracts;
using Plumbline.Store.Storage;

namespace Plumbline.Cli.Pipeline;

/// <summary>Requests to the scheduler and its answers, as plain JSON (docs/pipeline.md). Pure.</summary>
internal static class SchedulerMessages
{
    private static readonly JsonSerializerOptions s_json = new(JsonSerializerDefaults.Web);

    /// <summary>Answered by a <see cref="RequestAnswer"/>.</summary>
    public static byte[] Run(Guid experimentId, ExperimentSpec spec) => Json(new { experimentId, spec });

    /// <summary>Answered by a <see cref="RequestAnswer"/>.</summary>
    public static byte[] Cancel(Guid experimentId) => Json(new { Cancel = new { experimentId } });

    /// <summary>Answered by a <see cref="RequestAnswer"/> with the rerun's id.</summary>
    public static byte[] Rerun(RerunRequested rerun) => Json(new { rerun });

    /// <summary>Answered by a <see cref="StatusAnswer"/>.</summary>
    /// <param name="idPrefix">Prefix of an experiment's id, with or without hyphens. Empty for all.</param>
    public static byte[] Status(string idPrefix) => Json(new { Status = new { ExperimentId = idPrefix } });

    /// <exception cref="JsonException">The text is not an answer.</exception>
    public static T Answer<T>(ReadOnlyMemory<byte> body)
        where T : class => JsonSerializer.Deserialize<T>(body.Span, s_json) ?? throw new JsonException(
            "null is not an answer");

    private static byte[] Json<T>(T message) => JsonSerializer.SerializeToUtf8Bytes(message, s_json);
}
