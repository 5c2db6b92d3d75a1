using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Xunit;

[assembly: AssemblyFixture(typeof(Plumbline.Tests.RabbitMqServer))]

namespace Plumbline.Tests;

/// <summary>
/// The RabbitMQ that an assembly's tests run on. PLUMBLINE_TEST_RABBITMQ may name one (host:port, where guest may do
/// everything and rabbitmqctl reaches it). Else it is Debian's as a plain process, with all that it writes in a folder
/// of its own, started at the first need.
/// </summary>
public sealed class RabbitMqServer : IAsyncLifetime
{
    private const string Variable = "PLUMBLINE_TEST_RABBITMQ";
    private const string Programs = "/usr/lib/rabbitmq/bin";

    private const int AtOnce = 8;

    private static RabbitMqServer? s_current;

    private readonly SemaphoreSlim _starting = new(1);
    private readonly Dictionary<string, string> _environment = [];
    private readonly List<string> _virtualHosts = [];
    private readonly Queue<string> _unused = [];

    private TemporaryFolder? _folder;
    private Process? _process;

    public RabbitMqServer() => s_current = this;

    public string Host { get; private set; } = "";

    public int Port { get; private set; }

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    /// <summary>The server; skips the test where there is none.</summary>
    public static async Task<RabbitMqServer> GetAsync()
    {
        RabbitMqServer server = s_current!;
        await server._starting.WaitAsync();
        try
        {
            if (server.Port == 0)
            {
                await server.StartAsync();
            }

            return server;
        }
        finally
        {
            server._starting.Release();
        }
    }

    /// <summary>An empty virtual host, so that no two tests' queues meet.</summary>
    public async Task<string> CreateVirtualHostAsync()
    {
        await _starting.WaitAsync();
        try
        {
            if (_unused.Count == 0)
            {
                await CreateVirtualHostsAsync();
            }

            return _unused.Dequeue();
        }
        finally
        {
            _starting.Release();
        }
    }

    /// <summary>Runs rabbitmqctl.</summary>
    public Task<string> ControlAsync(params string[] arguments) => RunAsync($"{Programs}/rabbitmqctl", arguments);

    /// <summary>Ends the broker as a power cut does, and starts it again on the same files.</summary>
    public async Task RestartAsync()
    {
        _process!.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
        _process = Start($"{Programs}/rabbitmq-server");
        await WaitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is null)
        {
            foreach (string name in _virtualHosts)
            {
                await ControlAsync("delete_vhost", name);
            }

            return;
        }

        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();

        // epmd outlives the node that started it.
        foreach (string folder in Directory.EnumerateDirectories("/proc").Where(
            each => int.TryParse(Path.GetFileName(each), out _)))
        {
            if (ReadOr(folder + "/comm").Trim() == "epmd"
                && ReadOr(folder + "/environ").Contains(
                    $"ERL_EPMD_PORT={_environment["ERL_EPMD_PORT"]}\0", StringComparison.Ordinal))
            {
                using Process epmd = Process.GetProcessById(int.Parse(Path.GetFileName(folder), null));
                epmd.Kill();
            }
        }

        _folder!.Dispose();
        _starting.Dispose();
    }

    /// <summary>Several at once: each start of rabbitmqctl takes the processor for two seconds.</summary>
    private async Task CreateVirtualHostsAsync()
    {
        string[] names = [.. Enumerable.Range(0, AtOnce).Select(_ => $"test-{Guid.NewGuid():N}")];
        _virtualHosts.AddRange(names);
        string list = string.Join(", ", names.Select(name => $"<<\"{name}\">>"));
        await ControlAsync(
            "eval",
            $"[begin rabbit_vhost:add(Name, <<\"guest\">>), rabbit_auth_backend_internal:set_permissions("
            + "<<\"guest\">>, Name, <<\".*\">>, <<\".*\">>, <<\".*\">>, <<\"guest\">>) end "
            + $"|| Name <- [{list}]].");
        names.ToList().ForEach(_unused.Enqueue);
    }

    private async Task StartAsync()
    {
        if (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } named)
        {
            (Host, Port) = (named.Split(':')[0], int.Parse(named.Split(':')[1], null));
            return;
        }

        Assert.SkipUnless(
            File.Exists($"{Programs}/rabbitmq-server"),
            $"there is no RabbitMQ: install the package rabbitmq-server, or name a server in {Variable}");
        _folder = new TemporaryFolder();
        int[] ports = [Ports.Free(), Ports.Free(), Ports.Free()];
        await File.WriteAllTextAsync(_folder.File("rabbitmq.conf"), $"listeners.tcp.1 = 127.0.0.1:{ports[0]}\n");
        await File.WriteAllTextAsync(_folder.File("enabled_plugins"), "[].");
        await File.WriteAllTextAsync(_folder.File("env.conf"), "");
        foreach ((string name, string value) in new (string, string)[]
        {
            ("HOME", _folder.Path), ("RABBITMQ_NODENAME", $"plumbline-{ports[0]}@localhost"),
            ("RABBITMQ_DIST_PORT", $"{ports[1]}"),
            ("ERL_EPMD_PORT", $"{ports[2]}"), ("ERL_EPMD_ADDRESS", "127.0.0.1"),
            ("RABBITMQ_MNESIA_BASE", _folder.File("mnesia")),
            ("RABBITMQ_LOG_BASE", _folder.File("log")), ("RABBITMQ_PID_FILE", _folder.File("pid")),
            ("RABBITMQ_CONFIG_FILE", _folder.File("rabbitmq.conf")),
            ("RABBITMQ_ENABLED_PLUGINS_FILE", _folder.File("enabled_plugins")),
            ("RABBITMQ_CONF_ENV_FILE", _folder.File("env.conf")),

            // Erlang's schedulers would spin while they wait.
            ("RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS", "+sbwt none +sbwtdcpu none +sbwtdio none"),
        })
        {
            _environment[name] = value;
        }

        (Host, Port) = ("127.0.0.1", ports[0]);
        _process = Start($"{Programs}/rabbitmq-server");
        await WaitAsync();
    }

    private async Task WaitAsync()
    {
        // Far more than it takes: other test projects keep the processors busy.
        long deadline = Environment.TickCount64 + 180_000;
        while (true)
        {
            try
            {
                using TcpClient client = new();
                await client.ConnectAsync(Host, Port);

                // It listens a moment before it can be told anything.
                await ControlAsync("await_startup");
                return;
            }
            catch (SocketException) when (Environment.TickCount64 < deadline && !_process!.HasExited)
            {
                await Task.Delay(200);
            }
        }
    }

    private async Task<string> RunAsync(string tool, params string[] arguments)
    {
        StringBuilder printed = new();
        using Process process = Start(tool, arguments, printed);
        await process.WaitForExitAsync();
        return process.ExitCode == 0
            ? printed.ToString()
            : throw new InvalidOperationException($"{tool} {string.Join(' ', arguments)}: {printed}");
    }

    private Process Start(string tool, string[]? arguments = null, StringBuilder? printed = null)
    {
        ProcessStartInfo start = new(tool) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (string argument in arguments ?? [])
        {
            start.ArgumentList.Add(argument);
        }

        foreach ((string name, string value) in _environment)
        {
            start.Environment[name] = value;
        }

        Process process = Process.Start(start)!;
        process.OutputDataReceived += (_, line) => printed?.AppendLine(line.Data);
        process.ErrorDataReceived += (_, line) => printed?.AppendLine(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return process;
    }

    private static string ReadOr(string file)
    {
        try
        {
            return File.ReadAllText(file);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
