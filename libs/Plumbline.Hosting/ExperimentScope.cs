using System.Collections;
using System.Diagnostics;
using System.Globalization;
using MassTransit;
using Microsoft.Extensions.Logging;

namespace Plumbline.Hosting;

/// <summary>
/// Surrounds every message about an experiment. Its log lines and its trace get the experiment, the step, the trial and
/// the attempt as fields. It logs each failure as a warning with the reason, because the message may be tried again.
/// </summary>
internal sealed class ExperimentScope<T>(ILogger<ExperimentScope> logger) : IFilter<ConsumeContext<T>>
    where T : class
{
    public async Task Send(ConsumeContext<T> context, IPipe<ConsumeContext<T>> next)
    {
        if (MessageSubject.Of(context.Message) is not { } subject)
        {
            await next.Send(context);
            return;
        }

        ExperimentScope scope = new(subject);
        scope.Tag(Activity.Current);
        using IDisposable? lines = logger.BeginScope(scope);
        try
        {
            await next.Send(context);
            logger.LogDebug("{Message} is done", typeof(T).Name);
        }
        catch (Exception exception) when (Failed(exception, context.CancellationToken))
        {
            throw;
        }
    }

    public void Probe(ProbeContext context) => context.CreateFilterScope("experiment");

    /// <summary>Logs in an exception filter, which runs inside the scope. Always returns false.</summary>
    private bool Failed(Exception exception, CancellationToken token)
    {
        if (!token.IsCancellationRequested)
        {
            logger.LogWarning("{Message} failed: {Reason}", typeof(T).Name, exception.Message);
        }

        return false;
    }
}

/// <summary>Fields of a log scope and tags of a trace, with the same names in every worker.</summary>
internal sealed class ExperimentScope : IReadOnlyList<KeyValuePair<string, object?>>
{
    private readonly List<KeyValuePair<string, object?>> _fields = [];

    public ExperimentScope(MessageSubject subject)
    {
        _fields.Add(KeyValuePair.Create<string, object?>("ExperimentId", subject.ExperimentId));
        Add("Step", subject.Step);
        Add("Trial", subject.Trial);
        Add("Attempt", subject.Attempt);
    }

    public int Count => _fields.Count;

    public KeyValuePair<string, object?> this[int index] => _fields[index];

    /// <summary>Sets the fields as <c>plumbline.experiment_id</c>, <c>plumbline.step</c> and so on.</summary>
    public void Tag(Activity? activity)
    {
        activity?.SetTag("plumbline.experiment_id", _fields[0].Value!.ToString());
        foreach ((string name, object? value) in _fields.Skip(1))
        {
            activity?.SetTag($"plumbline.{name.ToLowerInvariant()}", value);
        }
    }

    public IEnumerator<KeyValuePair<string, object?>> GetEnumerator() => _fields.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    public override string ToString() => string.Join(
        ' ', _fields.Select(field => string.Create(CultureInfo.InvariantCulture, $"{field.Key}:{field.Value}")));

    private void Add(string name, int? value)
    {
        if (value is { } known)
        {
            _fields.Add(KeyValuePair.Create<string, object?>(name, known));
        }
    }
}
