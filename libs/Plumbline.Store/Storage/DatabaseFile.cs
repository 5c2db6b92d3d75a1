using Dapper;
using Microsoft.Data.Sqlite;

namespace Plumbline.Store.Storage;

/// <summary>Opens the embedded database's file, and recognises a results file.</summary>
internal static class DatabaseFile
{
    /// <summary>SQLite's mark for "whose file is this": the letters Plmb.</summary>
    private const long ApplicationId = 0x506C6D62;

    private const int ReadOnly = 8;

    private const int CannotOpen = 14;

    /// <exception cref="ResultsFileException">
    /// The file cannot be created or written, or belongs to another program or another version.
    /// </exception>
    public static SqliteConnection OpenToWrite(string path)
    {
        SqliteConnection connection = Connection(path, SqliteOpenMode.ReadWriteCreate);
        try
        {
            connection.Open();
            long tables = connection.ExecuteScalar<long>("SELECT COUNT(*) FROM sqlite_master");
            if (tables > 0 && !IsOurs(connection))
            {
                throw new ResultsFileException($"{path} is the database of another program, not Plumbline's results");
            }

            // In WAL mode readers do not wait for the writer, and a transaction costs one append.
            connection.Execute(
                $"PRAGMA application_id = {ApplicationId}; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;");
            Migrations.ApplyToSqlite(connection, path);
            return connection;
        }
        catch (SqliteException exception)
        {
            connection.Dispose();
            throw Unreadable(path, exception);
        }
        catch (ResultsFileException)
        {
            connection.Dispose();
            throw;
        }
    }

    /// <exception cref="ResultsFileException">
    /// The file is missing, or belongs to another program or another version.
    /// </exception>
    public static SqliteConnection OpenToRead(string path)
    {
        if (!File.Exists(path))
        {
            throw new ResultsFileException($"{path} does not exist: no experiment was recorded there");
        }

        SqliteConnection connection = Connection(path, SqliteOpenMode.ReadOnly);
        try
        {
            connection = OpenedToRead(connection, path);
            if (!IsOurs(connection))
            {
                throw new ResultsFileException($"{path} does not hold Plumbline's results");
            }

            if (Migrations.ObstacleInSqlite(connection, toWrite: false) is { } obstacle)
            {
                throw new ResultsFileException($"{path} {obstacle}");
            }

            return connection;
        }
        catch (SqliteException exception)
        {
            connection.Dispose();
            throw Unreadable(path, exception);
        }
        catch (ResultsFileException)
        {
            connection.Dispose();
            throw;
        }
    }

    private static SqliteConnection OpenedToRead(SqliteConnection connection, string path)
    {
        try
        {
            connection.Open();
            connection.ExecuteScalar<long>("SELECT COUNT(*) FROM sqlite_master");
            return connection;
        }
        catch (SqliteException exception) when (exception.SqliteErrorCode is ReadOnly or CannotOpen
            && !File.Exists(path + "-wal"))
        {
            // A reader of a WAL database creates a file beside it. A user who may only read root's results cannot.
            // Nobody is writing, because there is no log, so the file can be read as it is.
            connection.Dispose();
            string source = new Uri(Path.GetFullPath(path)).AbsoluteUri + "?immutable=1";
            SqliteConnection immutable = Connection(source, SqliteOpenMode.ReadOnly);
            immutable.Open();
            return immutable;
        }
    }

    private static bool IsOurs(SqliteConnection connection) =>
        connection.ExecuteScalar<long>("PRAGMA application_id") == ApplicationId;

    // Not pooled: a pooled connection would keep the file open after its store was disposed.
    private static SqliteConnection Connection(string source, SqliteOpenMode mode) =>
        new(new SqliteConnectionStringBuilder
        {
            DataSource = source, Mode = mode, Pooling = false, ForeignKeys = true,
        }.ConnectionString);

    private static ResultsFileException Unreadable(string path, SqliteException exception) =>
        new($"{path} cannot be opened as a results file: {exception.Message}", exception);
}
