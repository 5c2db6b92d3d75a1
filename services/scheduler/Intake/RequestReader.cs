using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Plumbline.Contracts;

namespace Plumbline.Scheduler.Intake;

/// <summary>What a message's bytes ask for.</summary>
internal abstract record ReadRequest;

/// <param name="Request">With a new id when the message has none.</param>
internal sealed record ReadExperiment(ExperimentRequested Request) : ReadRequest;

internal sealed record ReadCancel(Guid ExperimentId) : ReadRequest;

internal sealed record ReadRerun(RerunRequested Rerun) : ReadRequest;

/// <param name="IdPrefix">Beginning of the experiments' ids. Empty for all.</param>
internal sealed record ReadStatus(string IdPrefix) : ReadRequest;

/// <summary>The message cannot be read. Says why, by field.</summary>
internal sealed record ReadRefusal(Guid ExperimentId, IReadOnlyList<FieldError> Errors) : ReadRequest;

/// <summary>
/// Reads plain JSON from anybody: <c>{ "experimentId": "…", "spec": { … } }</c> as in docs/experiment.schema.json,
/// <c>{ "cancel": { "experimentId" } }</c>, <c>{ "rerun": { "experimentId", "step", "stage", "rerunId" } }</c> or
/// <c>{ "status": { "experimentId" } }</c>. Any bytes give a request or a refusal, never an exception. Pure.
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
            return Refused(
                Guid.NewGuid(), "", $"the message has {body.Length:N0} bytes; the most is {MostBytes:N0}");
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
            return Refused(
                id, given == 0 ? "spec" : "", "a message must have exactly one of spec, cancel, rerun and status");
        }

        return message switch
        {
            { Cancel.ExperimentId: { } cancelled } => new ReadCancel(cancelled),
            { Cancel: not null } => Refused(id, "cancel.experimentId", "is missing"),
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

        Demand(rerun.ExperimentId is not null, "experimentId", "is missing");
        Demand(rerun.Step is not null, "step", "is missing");
        bool hasStage = WireNames.TryParse(rerun.Stage, out RerunStage stage);
        string stages = string.Join(", ", WireNames.Of<RerunStage>());
        Demand(hasStage, "stage", $"{Shown(rerun.Stage)} is not one of {stages}");
        if (errors.Count > 0)
        {
            return new ReadRefusal(rerun.ExperimentId ?? id, errors);
        }

        return new ReadRerun(new RerunRequested
        {
            RerunId = rerun.RerunId ?? Guid.NewGuid(),
            ExperimentId = rerun.ExperimentId!.Value,
            Step = rerun.Step!.Value,
            Stage = stage,
        });
    }

    private static ReadRefusal Refused(Guid experimentId, string field, string message) =>
        new(experimentId, [new FieldError { Field = field, Message = message }]);

    private static string Shown(string? word) => word switch
    {
        null => "nothing",
        { Length: > LongestShown } => $"'{word[..LongestShown]}…'",
        _ => $"'{word}'",
    };

    /// <summary>The serializer's reason without the names of our types.</summary>
    private static string Reason(JsonException exception)
    {
        if (Says("could not be mapped"))
        {
            return "there is no such field";
        }

        if (exception.InnerException is InvalidOperationException or FormatException || Says("could not be converted"))
        {
            return "the value has the wrong type";
        }

        if (Says("Duplicate property"))
        {
            return "appears twice";
        }

        if (Says("maximum configured depth"))
        {
            return "the message is nested too deeply";
        }

        return exception.Path is { Length: > 1 } && Says("null") ? "must not be null" : "the message is not JSON";

        bool Says(string words) => exception.Message.Contains(words, StringComparison.Ordinal);
    }

    /// <summary>The message as its sender writes it.</summary>
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
