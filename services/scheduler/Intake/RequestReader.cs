using System.Text.Json;
using System.Text.Json.Serialization;
using Plumbline.Contracts;

namespace Plumbline.Scheduler.Intake;

/// <summary>What a request's bytes say: a request, or what is wrong with it, by field.</summary>
/// <param name="ExperimentId">The request's own, or a new one where it names none that can be read.</param>
internal sealed record ReadRequest(Guid ExperimentId, ExperimentSpec? Spec, IReadOnlyList<FieldError> Errors);

/// <summary>
/// Reads an ExperimentRequested written as plain JSON by anybody: <c>{ "experimentId": "…", "spec": { … } }</c>, names as in
/// docs/experiment.schema.json. Whatever the bytes are, the answer is a request or a refusal, never an exception. Pure.
/// </summary>
internal static class RequestReader
{
    public const int MostBytes = 1 << 20;

    private static readonly JsonSerializerOptions s_options = new(JsonSerializerDefaults.Web)
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        NumberHandling = JsonNumberHandling.Strict,
        MaxDepth = 16,
        RespectNullableAnnotations = true,
        AllowDuplicateProperties = false,
    };

    public static ReadRequest Read(ReadOnlyMemory<byte> body)
    {
        if (body.Length > MostBytes)
        {
            return Refused(Guid.NewGuid(), "", $"the message has {body.Length:N0} bytes; {MostBytes:N0} are read at most");
        }

        Guid experimentId = Guid.NewGuid();
        try
        {
            if (JsonSerializer.Deserialize<Message>(body.Span, s_options) is not { } message)
            {
                return Refused(experimentId, "", "the message is null");
            }

            ExperimentRequested request = new() { ExperimentId = message.ExperimentId ?? experimentId, Spec = message.Spec };
            return new ReadRequest(request.ExperimentId, request.Spec, ExperimentSpecValidator.RequestErrors(request));
        }
        catch (JsonException exception)
        {
            string field = (exception.Path ?? "").Replace("$.spec.", "", StringComparison.Ordinal).TrimStart('$', '.');
            return Refused(experimentId, field, Reason(exception));
        }
    }

    private static ReadRequest Refused(Guid experimentId, string field, string message) =>
        new(experimentId, null, [new FieldError { Field = field, Message = message }]);

    /// <summary>The serializer's words without the names of our types.</summary>
    private static string Reason(JsonException exception) =>
        exception.Message.Contains("could not be mapped", StringComparison.Ordinal) ? "there is no such field"
            : exception.InnerException is InvalidOperationException or FormatException || exception.Message.Contains("could not be converted", StringComparison.Ordinal)
                ? "the value is of the wrong type"
            : exception.Message.Contains("Duplicate property", StringComparison.Ordinal) ? "stands there twice"
            : exception.Message.Contains("maximum configured depth", StringComparison.Ordinal) ? "the message is nested too deeply"
            : exception.Path is { Length: > 1 } && exception.Message.Contains("null", StringComparison.Ordinal) ? "must not be null"
            : "the message is not JSON";

    private sealed record Message
    {
        public Guid? ExperimentId { get; init; }

        public ExperimentSpec Spec { get; init; } = new();
    }
}
