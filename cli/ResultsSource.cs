using System.CommandLine;
using System.Data.Common;
using Plumbline.Cli.Pipeline;
using Plumbline.Store;

namespace Plumbline.Cli;

/// <summary>Where results are read from: a folder's file, or the pipeline's PostgreSQL.</summary>
internal sealed class ResultsSource
{
    private readonly Func<ResultsStore> _open;

    private ResultsSource(Func<ResultsStore> open) => _open = open;

    public static Option<bool> PostgresOption() => new("--postgres")
    {
        Description = "Read from the pipeline's PostgreSQL, which PLUMBLINE_POSTGRES__CONNECTIONSTRING and PLUMBLINE_POSTGRES__PASSWORDFILE name, not from the folder.",
    };

    public static ResultsSource OfFolder(ResultsFolder folder) => new(() => ResultsStore.OpenExisting(folder.Database));

    /// <exception cref="UserException">Nothing says where it is.</exception>
    public static ResultsSource OfPostgres()
    {
        string connectionString = PipelineSettings.ReadPostgres();
        return new ResultsSource(() => ResultsStore.OpenPostgresToRead(connectionString));
    }

    /// <summary>An experiment that is yet to come makes the tables.</summary>
    /// <exception cref="UserException">Nothing says where it is, or the server does not answer, or has no such database.</exception>
    public static void DemandPostgresReachable()
    {
        string connectionString = PipelineSettings.ReadPostgres();
        Said(() =>
        {
            ResultsStore.DemandPostgresReachable(connectionString);
            return true;
        });
    }

    /// <exception cref="UserException">What is sought cannot be read, or is not there.</exception>
    public T Use<T>(Func<ResultsStore, T> read) => Said(() =>
    {
        using ResultsStore store = _open();
        return read(store);
    });

    private static T Said<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception exception) when (exception is ResultsServerException or DbException)
        {
            throw new UserException(ExitCode.CannotRun, $"{exception.Message}; look at PLUMBLINE_POSTGRES__CONNECTIONSTRING and PLUMBLINE_POSTGRES__PASSWORDFILE");
        }
        catch (ResultsException exception)
        {
            throw new UserException(ExitCode.BadInput, exception.Message);
        }
    }
}
