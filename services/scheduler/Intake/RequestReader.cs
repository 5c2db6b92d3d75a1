using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
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

    internal static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        NumberHandling = JsonNumberHandling.Strict,
        MaxDepth = 16,
        RespectNullableAnnotations = true,
        TypeInfoResolver = new DefaultJsonTypeInfoResolver(),
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
            Message message = JsonSerializer.Deserialize<Message>(body.Span, Options) ?? new Message();
            experimentId = message.ExperimentId ?? experimentId;
            ExperimentSpec spec = message.Spec ?? new ExperimentSpec();
            return new ReadRequest(experimentId, spec, ExperimentSpecValidator.Errors(spec));
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
            : exception.Message.Contains("maximum configured depth", StringComparison.Ordinal) ? "the message is nested too deeply"
            : exception.Path is { Length: > 1 } && exception.Message.Contains("null", StringComparison.Ordinal) ? "must not be null"
            : "the message is not JSON";

    /// <summary>The message as it is written.</summary>
    internal sealed record Message
    {
        public Guid? ExperimentId { get; init; }

        public ExperimentSpec? Spec { get; init; }
    }
}
