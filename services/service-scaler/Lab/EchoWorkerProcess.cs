using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Options;
using Plumbline.Hosting;
using Plumbline.Paths.Lab;
using Plumbline.Linux;

namespace Plumbline.ServiceScaler.Lab;

/// <summary>Where the echo worker's program is: PLUMBLINE_LAB__ECHOWORKER.</summary>
public sealed class LabOptions
{
    public const string Section = "Lab";

    [MustBeSet]
    [ReadableFile]
    public string EchoWorker { get; set; } = "";
}

/// <summary>Serves a lab node's endpoints by a process of the echo worker in the node's endpoint namespace.</summary>
internal sealed class EchoWorkerProcess(IOptions<LabOptions> options) : ILabEndpoints
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(20);

    public async Task<IAsyncDisposable> ServeAsync(NetworkNamespace endpoints, CancellationToken token)
    {
        (string program, IReadOnlyList<string> arguments) = Tool.CommandIn(
            endpoints,
            options.Value.EchoWorker,
            ["--health-port", "0", "--port", LabNode.EndpointPort.ToString(CultureInfo.InvariantCulture)]);
        ProcessStartInfo start = new(program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        Process process = Process.Start(start)!;
        Running running = new(process);
        try
        {
            // The echo worker prints a line when it serves.
            using CancellationTokenSource patience = CancellationTokenSource.CreateLinkedTokenSource(token);
            patience.CancelAfter(s_patience);
            if (await process.StandardOutput.ReadLineAsync(patience.Token) is null)
            {
                string error = await process.StandardError.ReadToEndAsync(patience.Token);
                throw new InvalidOperationException(
                    $"{options.Value.EchoWorker} in {endpoints} ended before it served: {error.Trim()}");
            }

            return running;
        }
        catch
        {
            await running.DisposeAsync();
            throw;
        }
    }

    private sealed class Running(Process process) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            // `ip netns exec` becomes the program, so this is the echo worker itself.
            if (!process.HasExited)
            {
                process.Kill();
                await process.WaitForExitAsync();
            }

            process.Dispose();
        }
    }
}
