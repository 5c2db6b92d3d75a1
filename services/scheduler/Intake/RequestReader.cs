using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Plumbline.Contracts;

namespace Plumbline.Scheduler.Intake;

/// <summary>What somebody's bytes ask for.</summary>
internal abstract record ReadRequest;

/// <param name="Request">With a new id where the message names none.</param>
internal sealed record ReadExperiment(ExperimentRequested Request) : ReadRequest;

internal sealed record ReadCancel(Guid ExperimentId) : ReadRequest;

internal sealed record ReadRerun(RerunRequested Rerun) : ReadRequest;

/// <param name="IdPrefix">Beginning of the ids that are asked for; empty for all.</param>
internal sealed record ReadStatus(string IdPrefix) : ReadRequest;

/// <summary>Nothing that can be done; by field, why.</summary>
internal sealed record ReadRefusal(Guid ExperimentId, IReadOnlyList<FieldError> Errors) : ReadRequest;

/// <summary>
/// Reads plain JSON written by anybody: an ExperimentRequested, <c>{ "experimentId": "…", "spec": { … } }</c>, names as in
/// docs/experiment.schema.json; or one of <c>{ "cancel": { "experimentId" } }</c>,
/// <c>{ "rerun": { "experimentId", "step", "stage", "rerunId" } }</c> and <c>{ "status": { "experimentId" } }</c>. Whatever the
/// bytes are, the answer is a request or a refusal, never an exception. Pure.
/// </summary>
internal static class RequestReader
{
    public const int MostBytes = 1 << 20;

    private const int LongestShown = 100;

    internal static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        NumberHandling = JsonNumberHandling.Strict,
        MaxDepth = 16,
        RespectNullableAnnotations = true,
        AllowDuplicateProperties = false,
        TypeInfoResolver = new DefaultJsonTypeInfoResolver(),
    };

    public static ReadRequest Read(ReadOnlyMemory<byte> body)
    {
        if (body.Length > MostBytes)
        {
            return Refused(Guid.NewGuid(), "", $"the message has {body.Length:N0} bytes; {MostBytes:N0} are read at most");
        }

        try
        {
            return Read(JsonSerializer.Deserialize<Message>(body.Span, Options) ?? new Message());
        }
        catch (JsonException exception)
        {
            string field = (exception.Path ?? "").Replace("$.spec.", "", StringComparison.Ordinal).TrimStart('$', '.');
            return Refused(Guid.NewGuid(), field, Reason(exception));
        }
    }

    private static ReadRequest Read(Message message)
    {
        object?[] forms = [message.Spec, message.Cancel, message.Rerun, message.Status];
        Guid id = message.ExperimentId ?? Guid.NewGuid();
        if (id == Guid.Empty)
        {
            return Refused(id, "experimentId", "must not be empty");
        }

        if (forms.Count(form => form is not null) is int given && given != 1)
        {
            return Refused(id, given == 0 ? "spec" : "", "a message has exactly one of spec, cancel, rerun and status");
        }

        return message switch
        {
            { Cancel: { } cancel } => cancel.ExperimentId is { } cancelled ? new ReadCancel(cancelled) : Refused(id, "cancel.experimentId", "must be given"),
            { Rerun: { } rerun } => Read(id, rerun),
            { Status: { } status } => new ReadStatus(status.ExperimentId ?? ""),
            _ => new ReadExperiment(new ExperimentRequested { ExperimentId = id, Spec = message.Spec! }),
        };
    }

    private static ReadRequest Read(Guid id, RerunMessage rerun)
    {
        List<FieldError> errors = [];
        void Demand(bool holds, string field, string message)
        {
            if (!holds)
            {
                errors.Add(new FieldError { Field = $"rerun.{field}", Message = message });
            }
        }

        Demand(rerun.ExperimentId is not null, "experimentId", "must be given");
        Demand(rerun.Step is not null, "step", "must be given");
        bool hasStage = WireNames.TryParse(rerun.Stage, out RerunStage stage);
        Demand(hasStage, "stage", $"{Shown(rerun.Stage)} is not one of {string.Join(", ", WireNames.Of<RerunStage>())}");
        return errors.Count > 0 ? new ReadRefusal(rerun.ExperimentId ?? id, errors) : new ReadRerun(new RerunRequested
        {
            RerunId = rerun.RerunId ?? Guid.NewGuid(),
            ExperimentId = rerun.ExperimentId!.Value,
            Step = rerun.Step!.Value,
            Stage = stage,
        });
    }

    private static ReadRefusal Refused(Guid experimentId, string field, string message) =>
        new(experimentId, [new FieldError { Field = field, Message = message }]);

    private static string Shown(string? word) => word is null ? "nothing" : word.Length <= LongestShown ? $"'{word}'" : $"'{word[..LongestShown]}…'";

    /// <summary>The serializer's words without the names of our types.</summary>
    private static string Reason(JsonException exception) =>
        exception.Message.Contains("could not be mapped", StringComparison.Ordinal) ? "there is no such field"
            : exception.InnerException is InvalidOperationException or FormatException || exception.Message.Contains("could not be converted", StringComparison.Ordinal)
                ? "the value is of the wrong type"
            : exception.Message.Contains("Duplicate property", StringComparison.Ordinal) ? "stands there twice"
            : exception.Message.Contains("maximum configured depth", StringComparison.Ordinal) ? "the message is nested too deeply"
            : exception.Path is { Length: > 1 } && exception.Message.Contains("null", StringComparison.Ordinal) ? "must not be null"
            : "the message is not JSON";

    /// <summary>The message as it is written.</summary>
    internal sealed record Message
    {
        public Guid? ExperimentId { get; init; }

        public ExperimentSpec? Spec { get; init; }

        public CancelMessage? Cancel { get; init; }

        public RerunMessage? Rerun { get; init; }

        public StatusMessage? Status { get; init; }
    }

    internal sealed record CancelMessage
    {
        public Guid? ExperimentId { get; init; }
    }

    internal sealed record RerunMessage
    {
        public Guid? RerunId { get; init; }

        public Guid? ExperimentId { get; init; }

        public int? Step { get; init; }

        public string? Stage { get; init; }
    }

    internal sealed record StatusMessage
    {
        public string? ExperimentId { get; init; }
    }
}
