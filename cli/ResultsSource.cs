using System.CommandLine;
using System.Data.Common;
using Plumbline.Cli.Pipeline;
using Plumbline.Store;

namespace Plumbline.Cli;

/// <summary>The database to read results from: a folder's file, or the pipeline's PostgreSQL.</summary>
internal sealed class ResultsSource
{
    private readonly Func<ResultsStore> _open;

    private ResultsSource(Func<ResultsStore> open) => _open = open;

    public static Option<bool> PostgresOption() => new("--postgres")
    {
        Description = "Read from the pipeline's PostgreSQL instead of the folder. PLUMBLINE_POSTGRES__CONNECTIONSTRING "
            + "and PLUMBLINE_POSTGRES__PASSWORDFILE say where it is.",
    };

    public static ResultsSource OfFolder(ResultsFolder folder) => new(() => ResultsStore.OpenExisting(folder.Database));

    /// <exception cref="UserException">No variable says where it is.</exception>
    public static ResultsSource OfPostgres()
    {
        string connectionString = PipelineSettings.ReadPostgres();
        return new ResultsSource(() => ResultsStore.OpenPostgresToRead(connectionString));
    }

    /// <summary>Checks that PostgreSQL answers. The tables need not exist: the first experiment creates them.</summary>
    /// <exception cref="UserException">
    /// No variable says where it is, the server does not answer, or it has no such database.
    /// </exception>
    public static void DemandPostgresReachable()
    {
        string connectionString = PipelineSettings.ReadPostgres();
        Explain(() =>
        {
            ResultsStore.DemandPostgresReachable(connectionString);
            return true;
        });
    }

    /// <exception cref="UserException">The results cannot be read, or do not exist.</exception>
    public T Use<T>(Func<ResultsStore, T> read) => Explain(() =>
    {
        using ResultsStore store = _open();
        return read(store);
    });

    private static T Explain<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception exception) when (exception is ResultsServerException or DbException)
        {
            throw new UserException(
                ExitCode.CannotRun,
                $"{exception.Message}; check PLUMBLINE_POSTGRES__CONNECTIONSTRING and "
                + "PLUMBLINE_POSTGRES__PASSWORDFILE");
        }
        catch (ResultsException exception)
        {
            throw new UserException(ExitCode.BadInput, exception.Message);
        }
    }
}
