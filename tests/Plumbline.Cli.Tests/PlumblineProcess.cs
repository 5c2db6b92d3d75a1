using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace Plumbline.Cli.Tests;

/// <summary>Runs plumbline as a process, as a user does.</summary>
internal sealed class PlumblineProcess : IDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(5);

    private readonly Process _process;
    private readonly StringBuilder _output = new();

    private PlumblineProcess(Process process)
    {
        _process = process;
        process.OutputDataReceived += (_, line) => Append(line.Data);
        process.ErrorDataReceived += (_, line) => Append(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    /// <summary>Prefix of a command that runs without root.</summary>
    public static readonly string[] AsNobody =
    [
        "setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups", "env", "HOME=/tmp", "DOTNET_CLI_HOME=/tmp",
    ];

    public static string Program => Path.Combine(AppContext.BaseDirectory, "plumbline.dll");

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

    public bool HasExited => _process.HasExited;

    public static PlumblineProcess Start(params string[] arguments) => StartThrough([], arguments);

    /// <summary>Starts it through another command (setpriv, unshare…), with another PATH if one is given.</summary>
    public static PlumblineProcess StartThrough(string[] through, string[] arguments, string? path = null)
    {
        string dotnet =
            Environment.ProcessPath is { } self && Path.GetFileName(self) == "dotnet" ? self : Which("dotnet");
        string[] command = [.. through, dotnet, Program, .. arguments];
        ProcessStartInfo start =
            new(command[0], command[1..]) { RedirectStandardOutput = true, RedirectStandardError = true };
        if (path is not null)
        {
            start.Environment["PATH"] = path;
        }

        return new PlumblineProcess(Process.Start(start)!);
    }

    public static async Task<(int ExitCode, string Output)> RunAsync(params string[] arguments)
    {
        using PlumblineProcess process = Start(arguments);
        return (await process.ExitAsync(), process.Output);
    }

    public async Task<int> ExitAsync()
    {
        using CancellationTokenSource patience =
            CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(s_patience);
        await _process.WaitForExitAsync(patience.Token);
        return _process.ExitCode;
    }

    public async Task SignalAsync(string signal)
    {
        using Process kill = Process.Start("kill", ["-s", signal, _process.Id.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>Waits until the output has the text. False when the process ended without it.</summary>
    public async Task<bool> PrintedAsync(string text)
    {
        Stopwatch waited = Stopwatch.StartNew();
        while (!Output.Contains(text, StringComparison.Ordinal))
        {
            Assert.True(waited.Elapsed < s_patience, $"'{text}' was not printed; the output is: {Output}");
            if (_process.HasExited)
            {
                return false;
            }

            await Task.Delay(20, TestContext.Current.CancellationToken);
        }

        return true;
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
        }

        _process.Dispose();
    }

    public static string Which(string tool) =>
        Environment.GetEnvironmentVariable("PATH")!.Split(':')
            .Select(folder => Path.Combine(folder, tool))
            .First(File.Exists);

    private void Append(string? line)
    {
        lock (_output)
        {
            _output.AppendLine(line);
        }
    }
}
