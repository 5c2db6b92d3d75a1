using System.Threading.Channels;

namespace Plumbline.Cli.Watching;

/// <summary>The pipeline's events about experiments, in the order of their arrival.</summary>
internal sealed class ExperimentEvents
{
    private readonly Channel<object> _events = Channel.CreateUnbounded<object>();

    public void Add(object message) => _events.Writer.TryWrite(message);

    public IAsyncEnumerable<object> ReadAllAsync(CancellationToken token) => _events.Reader.ReadAllAsync(token);
}

/// <summary>An experiment, or its rerun, ended, but its end could not be written to the database.</summary>
internal sealed record ResultsNotRecorded(Guid ExperimentId, string Reason);
