using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Npgsql;
using Xunit;

[assembly: AssemblyFixture(typeof(Plumbline.Tests.PostgresServer))]

namespace Plumbline.Tests;

/// <summary>
/// The PostgreSQL that an assembly's tests run on. PLUMBLINE_TEST_POSTGRES may name one, as a connection string whose
/// user may make databases. Else it is one of its own of what Debian has installed, started at the first need. Its
/// files and its process are gone when the tests are, also when they are killed: it ends with the pipe that holds it.
/// </summary>
public sealed class PostgresServer : IDisposable
{
    private const string Variable = "PLUMBLINE_TEST_POSTGRES";

    private const string Installed = "/usr/lib/postgresql";

    private const string User = "postgres";

    /// <summary>
    /// Makes a cluster in $1 with the programs of $2, serves it at port $3 with fsync $4, and removes it at the end of
    /// its input. Lines of its input stop it, without its leave, and start it again. Each is answered when it is done.
    /// </summary>
    private const string Script = """
        umask 077
        "$2/initdb" --no-sync -A trust --locale=C.UTF-8 -U postgres -D "$1/data" >"$1/log" 2>&1 || exit 1
        serve() {
            "$2/postgres" -D "$1/data" -p "$3" -h 127.0.0.1 -k "$1" -c fsync="$4" -c max_connections=200 \
                >>"$1/log" 2>&1 </dev/null &
            server=$!
        }
        serve "$@"
        while read -r word; do
            case $word in
                stop) kill -QUIT "$server"; wait "$server" ;;
                start) serve "$@" ;;
            esac
            echo "$word"
        done
        kill -INT "$server"
        wait "$server"
        rm -rf "$1/data" "$1/log"
        """;

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    private static PostgresServer? s_current;

    private readonly Lock _starting = new();

    private Process? _process;

    private DirectoryInfo? _folder;

    private string? _connectionString;

    public PostgresServer() => s_current = this;

    /// <summary>Whether what is committed is on the disk: tests need it not, whoever measures does.</summary>
    public bool IsDurable { get; init; }

    /// <summary>Makes an empty database; skips the test where there is no server.</summary>
    public static PostgresTestDatabase CreateDatabase()
    {
        string server = s_current!.ConnectionString();
        string name = $"plumbline_test_{Guid.NewGuid():N}";
        PostgresTestDatabase.Execute(server, $"CREATE DATABASE {name}");
        return new PostgresTestDatabase(server, name);
    }

    /// <summary>
    /// Ends the server with all its connections, as a crash does, and starts it again on the same files after that
    /// time. Skips the test where the server is not the tests' own.
    /// </summary>
    public static async Task RestartAsync(TimeSpan away)
    {
        PostgresServer server = s_current!;
        string connectionString = server.ConnectionString();
        Assert.SkipWhen(server._process is null, $"the server that {Variable} names is not the tests' to restart");
        await server.TellAsync("stop");
        await Task.Delay(away);
        await server.TellAsync("start");
        server.WaitFor(connectionString);
    }

    public void Dispose()
    {
        if (_process is not null)
        {
            _process.StandardInput.Close();
            _process.WaitForExit(s_patience);
            _process.Dispose();
            _folder!.Delete(recursive: true);
        }
    }

    private string ConnectionString()
    {
        lock (_starting)
        {
            return _connectionString ??= Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } named
                ? named
                : Start();
        }
    }

    private string Start()
    {
        string? programs = !Directory.Exists(Installed) ? null : Directory.GetDirectories(Installed)
            .Where(version => File.Exists(Path.Combine(version, "bin/postgres")))
            .MaxBy(version => int.TryParse(Path.GetFileName(version), out int number) ? number : 0);
        Assert.SkipWhen(
            programs is null,
            $"there is no PostgreSQL: install the package postgresql, or name a server in {Variable}");

        int port = Ports.Free();
        _folder = Directory.CreateTempSubdirectory("plumbline-postgres-");
        string[] command =
        [
            "sh", "-c", Script, "postgres-of-tests",
            _folder.FullName, Path.Combine(programs!, "bin"), $"{port}", IsDurable ? "on" : "off",
        ];
        if (Environment.IsPrivilegedProcess)
        {
            // PostgreSQL refuses to run as root.
            Process.Start("chown", [User, _folder.FullName]).WaitForExit();
            command = ["runuser", "-u", User, "--", .. command];
        }

        _process = Process.Start(new ProcessStartInfo(command[0], command[1..])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            WorkingDirectory = "/",
        })!;
        string connectionString = $"Host=127.0.0.1;Port={port};Username={User};Database=postgres";
        WaitFor(connectionString);
        return connectionString;
    }

    private async Task TellAsync(string word)
    {
        await _process!.StandardInput.WriteLineAsync(word);
        await _process.StandardInput.FlushAsync();
        string? answer = await _process.StandardOutput.ReadLineAsync().WaitAsync(s_patience);
        Assert.Equal(word, answer);
    }

    private void WaitFor(string connectionString)
    {
        Stopwatch waited = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                PostgresTestDatabase.Execute(connectionString, "SELECT 1");
                return;
            }
            catch (NpgsqlException exception)
            {
                if (_process!.HasExited || waited.Elapsed > s_patience)
                {
                    string log = Path.Combine(_folder!.FullName, "log");
                    throw new InvalidOperationException(
                        $"PostgreSQL did not start: {(File.Exists(log) ? File.ReadAllText(log) : "")}", exception);
                }

                Thread.Sleep(50);
            }
        }
    }
}
