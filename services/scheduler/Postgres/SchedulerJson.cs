using System.Collections.Concurrent;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;
using Plumbline.Contracts;

namespace Plumbline.Scheduler.Postgres;

/// <summary>
/// States and messages as JSON. A plan can have a million trials and follows from its specification, so only the
/// specification is written. Reading a state plans it again, and keeps the plan for the next read.
/// </summary>
internal sealed class SchedulerJson
{
    /// <summary>
    /// Raise this with every change that reads older rows differently. A change to the planner is such a change.
    /// </summary>
    public const int Format = 3;

    private static readonly Assembly s_contracts = typeof(ExperimentSpec).Assembly;

    /// <summary>Types of messages that this version can publish. Others belong to a newer version.</summary>
    public static readonly string[] KnownTypes =
        [.. s_contracts.GetExportedTypes().Where(type => type.IsClass).Select(type => type.FullName!)];

    private readonly JsonSerializerOptions _options;

    public SchedulerJson() => _options = new JsonSerializerOptions(JsonSerializerDefaults.Web)
    {
        IgnoreReadOnlyProperties = true,
        Converters = { new PlanConverter() },
    };

    public string Write(ExperimentState state) => JsonSerializer.Serialize(state, _options);

    /// <exception cref="NotSupportedException">Another version of the scheduler wrote the state.</exception>
    public ExperimentState Read(string state, int format, long version) => format == Format
        ? JsonSerializer.Deserialize<ExperimentState>(state, _options)! with { Version = version }
        : throw new NotSupportedException(
            $"the experiment's state has format {format}, but this scheduler reads format {Format}; "
            + "let the version that started the experiment finish it");

    public string WriteMessage(object message) => JsonSerializer.Serialize(message, message.GetType(), _options);

    public static string TypeOf(object message) => message.GetType().FullName!;

    /// <param name="type">One of <see cref="KnownTypes"/>.</param>
    public object ReadMessage(string type, string body) =>
        JsonSerializer.Deserialize(body, s_contracts.GetType(type)!, _options)!;

    private sealed class PlanConverter : JsonConverter<ExperimentPlan>
    {
        private const int MostPlans = 4;

        private readonly ConcurrentDictionary<Guid, ExperimentPlan> _plans = new();

        public override ExperimentPlan Read(
            ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            Written written = JsonSerializer.Deserialize<Written>(ref reader, options)!;
            if (_plans.Count >= MostPlans)
            {
                _plans.Clear();
            }

            return _plans.GetOrAdd(
                written.ExperimentId, static (id, spec) => ExperimentPlanner.Plan(id, spec), written.Spec);
        }

        public override void Write(Utf8JsonWriter writer, ExperimentPlan value, JsonSerializerOptions options) =>
            JsonSerializer.Serialize(writer, new Written(value.ExperimentId, value.Spec), options);

        private sealed record Written(Guid ExperimentId, ExperimentSpec Spec);
    }
}
