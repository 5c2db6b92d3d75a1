using System.Diagnostics;
using System.Globalization;

namespace Plumbline.EchoWorker.Tests;

/// <summary>The echo worker as its own process, as in a pod.</summary>
internal sealed class EchoWorkerProcess : IDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    private readonly Process _process;

    private EchoWorkerProcess(Process process) => _process = process;

    public static EchoWorkerProcess Start(params string[] arguments)
    {
        string dotnet = Environment.ProcessPath is { } self && Path.GetFileName(self) == "dotnet" ? self : "dotnet";
        ProcessStartInfo start = new(dotnet, [Path.Combine(AppContext.BaseDirectory, "echo-worker.dll"), .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        return new EchoWorkerProcess(Process.Start(start)!);
    }

    /// <summary>Runs it to its end; fails if it keeps running.</summary>
    public static async Task<(int ExitCode, string Output, string Errors)> RunAsync(params string[] arguments)
    {
        using EchoWorkerProcess process = Start(arguments);
        return await process.EndAsync();
    }

    /// <summary>The next line it prints.</summary>
    public async Task<string?> LineAsync() =>
        await _process.StandardOutput
            .ReadLineAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(s_patience);

    public async Task SignalAsync(string signal)
    {
        using Process kill = Process.Start("kill", ["-s", signal, _process.Id.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync(TestContext.Current.CancellationToken);
    }

    public async Task<(int ExitCode, string Output, string Errors)> EndAsync()
    {
        Task<string> output = _process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        Task<string> errors = _process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(s_patience);
        return (_process.ExitCode, await output, await errors);
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            _process.WaitForExit();
        }

        _process.Dispose();
    }
}
