using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Plumbline.Store;

namespace Plumbline.Aggregator;

public static class AggregatorServices
{
    /// <summary>Registers the aggregator's consumer on the bus, with the embedded database.</summary>
    /// <param name="databasePath">
    /// File of the embedded database. It is created, with its folder, when the first experiment starts.
    /// </param>
    public static void AddAggregator(this IBusRegistrationConfigurator bus, string databasePath) =>
        bus.AddAggregator(() =>
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(databasePath))!);
            return ResultsStore.Open(databasePath);
        });

    /// <summary>
    /// Registers the aggregator's consumer on the bus, with a server's database, which several aggregators may share.
    /// </summary>
    /// <param name="connectionString">
    /// For Npgsql. It is read at the first message, after the configuration was checked; then the database is migrated.
    /// </param>
    public static void AddAggregatorOnPostgres(this IBusRegistrationConfigurator bus, Func<string> connectionString) =>
        bus.AddAggregator(() => ResultsStore.OpenPostgres(connectionString()));

    private static void AddAggregator(this IBusRegistrationConfigurator bus, Func<ResultsStore> open)
    {
        bus.AddConsumer<ResultsConsumer, ResultsConsumerDefinition>();
        bus.AddSingleton(_ => new ResultsDatabase(open));
    }
}

/// <summary>
/// The database, opened at the first write, so that a refused experiment leaves no file. When it cannot be opened, the
/// next message tries again.
/// </summary>
internal sealed class ResultsDatabase(Func<ResultsStore> open) : IDisposable
{
    private readonly Lock _opening = new();

    private ResultsStore? _store;

    public ResultsStore Store
    {
        get
        {
            lock (_opening)
            {
                return _store ??= open();
            }
        }
    }

    public void Dispose() => _store?.Dispose();
}
