using System.Diagnostics;
using System.Text;

namespace Plumbline.Pipeline.Tests;

/// <summary>One worker as a process.</summary>
internal sealed class Worker : IAsyncDisposable
{
    public static readonly IReadOnlyList<string> All =
        ["scheduler", "service-scaler", "node-probe", "rtt-probe", "aggregator"];

    private readonly Process _process;
    private readonly StringBuilder _output = new();

    private Worker(string name, Process process)
    {
        (Name, _process) = (name, process);
        process.OutputDataReceived += (_, line) => Add(line.Data);
        process.ErrorDataReceived += (_, line) => Add(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public string Name { get; }

    public int ProcessId => _process.Id;

    public bool HasExited => _process.HasExited;

    public string Output
    {
        get
        {
            lock (_output)
            {
                return _output.ToString();
            }
        }
    }

    /// <param name="networkNamespace">In which it runs; null for the tests' own.</param>
    public static Worker Start(
        string name,
        IReadOnlyDictionary<string,
        string> settings,
        string? networkNamespace = null,
        params string[] arguments)
    {
        (string program, string[] all) = networkNamespace is null
            ? (Program(name), arguments)
            : ("ip", ["netns", "exec", networkNamespace, Program(name), .. arguments]);
        ProcessStartInfo start = new(program, all) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach ((string key, string value) in settings)
        {
            start.Environment[key] = value;
        }

        return new Worker(name, Process.Start(start)!);
    }

    /// <summary>Path of a worker's program: beside the tests' own output folder.</summary>
    public static string Program(string name)
    {
        return OutputOf(
            string.Concat(name.Split('-').Select(part => char.ToUpperInvariant(part[0]) + part[1..])), name);
    }

    /// <summary>Path of a file in the output folder of the project Plumbline.<paramref name="part"/>.</summary>
    public static string OutputOf(string part, string file) =>
        Path.GetFullPath(Path.Combine(
            AppContext.BaseDirectory,
            "..",
            "..",
            $"Plumbline.{part}",
            Path.GetFileName(AppContext.BaseDirectory.TrimEnd('/')),
            file));

    /// <summary>As the kernel ends a process that nobody asked: kill -9.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    /// <summary>SIGTERM, and the orderly end that follows.</summary>
    public async Task<int> StopAsync()
    {
        using Process kill = Process.Start("kill", ["-TERM", $"{_process.Id}"]);
        await kill.WaitForExitAsync();
        using CancellationTokenSource patience = new(TimeSpan.FromSeconds(40));
        await _process.WaitForExitAsync(patience.Token);
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            await KillAsync();
        }

        _process.Dispose();
    }

    private void Add(string? line)
    {
        lock (_output)
        {
            _output.AppendLine(line);
        }
    }
}
