using System.Threading.Channels;

namespace Plumbline.Cli.Watching;

/// <summary>What the pipeline publishes about experiments, in the order it came, for the one who watches.</summary>
internal sealed class ExperimentEvents
{
    private readonly Channel<object> _events = Channel.CreateUnbounded<object>();

    public void Add(object message) => _events.Writer.TryWrite(message);

    public IAsyncEnumerable<object> ReadAllAsync(CancellationToken token) => _events.Reader.ReadAllAsync(token);
}

/// <summary>The experiment, or a rerun of it, ended, but its end could not be written to the database.</summary>
internal sealed record ResultsNotRecorded(Guid ExperimentId, string Reason);
