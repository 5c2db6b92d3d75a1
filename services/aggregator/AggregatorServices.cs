using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Plumbline.Results;

namespace Plumbline.Aggregator;

public static class AggregatorServices
{
    /// <summary>Registers the aggregator's consumer on the bus.</summary>
    /// <param name="databasePath">File of the embedded database; made, with its folder, when the first experiment starts.</param>
    public static void AddAggregator(this IBusRegistrationConfigurator bus, string databasePath)
    {
        bus.AddConsumer<ResultsConsumer, ResultsConsumerDefinition>();
        bus.AddSingleton(_ => new ResultsDatabase(databasePath));
    }
}

/// <summary>The database, opened when it is first written to, so that a refused experiment leaves no file.</summary>
internal sealed class ResultsDatabase(string path) : IDisposable
{
    private readonly Lazy<ResultsStore> _store = new(() =>
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        return ResultsStore.Open(path);
    });

    public ResultsStore Store => _store.Value;

    public void Dispose()
    {
        if (_store.IsValueCreated)
        {
            _store.Value.Dispose();
        }
    }
}
