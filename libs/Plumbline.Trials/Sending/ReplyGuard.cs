using System.Diagnostics;
using System.Globalization;
using Plumbline.Contracts;
using Plumbline.Linux;
using Plumbline.DataPlanes;
using Plumbline.Paths;

namespace Plumbline.Trials.Sending;

/// <summary>
/// Keeps the sender's kernel from answering the answers where the packets' source addresses are its own. It does not
/// know our packets, so it would send a RST for each SYN-ACK and an ICMP error for each echo, across the measured node.
/// While this object lives, an nftables table in the sender's namespace drops what comes back to the packets'
/// addresses and ports, after it is timestamped and captured. The table has nftables' owner flag: the kernel removes
/// it when the nft process ends. That process ends with its standard input, so the table goes even when this process
/// is killed.
/// </summary>
public sealed class ReplyGuard : IAsyncDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(10);

    private static int s_started;

    private readonly Process _nft;

    private ReplyGuard(Process nft, string table) => (_nft, Table) = (nft, table);

    /// <summary>Name of the table, of family ip.</summary>
    public string Table { get; }

    /// <summary>The guard of a trial; null where the sender's kernel drops the answers by itself.</summary>
    /// <inheritdoc cref="StartAsync" path="/exception"/>
    public static async Task<ReplyGuard?> StartIfNeededAsync(
        MeasureTrial trial, TrafficEntry entry, CancellationToken token) => entry.SourcesAreLocal
            ? await StartAsync(
                entry.Sender, trial.Cell.Protocol, entry.Sources, entry.DestinationPort, target: null, token)
            : null;

    /// <param name="target">The address that all probe packets go to, in host byte order; null for several.</param>
    /// <exception cref="InvalidOperationException">
    /// nft is missing or refuses the rule. The owner flag needs Linux 5.12.
    /// </exception>
    public static async Task<ReplyGuard> StartAsync(
        NetworkNamespace where,
        ServiceProtocol protocol,
        FlowSpace sources,
        int port,
        uint? target,
        CancellationToken token)
    {
        int number = Interlocked.Increment(ref s_started);
        string table = string.Create(CultureInfo.InvariantCulture, $"plumbline-guard-{Environment.ProcessId}-{number}");
        Process nft = Start(where);
        ReplyGuard guard = new(nft, table);
        try
        {
            await guard.WriteAsync(Rule(table, protocol, sources, port, target), token);
            await guard.WriteAsync("list tables ip", token);
            await guard.WaitUntilListedAsync(token);
            return guard;
        }
        catch
        {
            await guard.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            _nft.StandardInput.Close();
        }
        catch (IOException)
        {
            // nft has ended already, and the pipe with it.
        }

        using CancellationTokenSource patience = new(s_patience);
        try
        {
            await _nft.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            _nft.Kill();
        }

        _nft.Dispose();
    }

    /// <summary>The rule as nft reads it.</summary>
    internal static string Rule(string table, ServiceProtocol protocol, FlowSpace sources, int port, uint? target)
    {
        string from = target is { } ip ? $"ip saddr {Ipv4.Format(ip)} " : "";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"add table ip {table} {{ flags owner; chain answers {{ "
            + $"type filter hook prerouting priority raw; policy accept; "
            + $"{from}ip daddr {sources.FirstIp}-{sources.LastIp} {protocol.WireName()} sport {port} "
            + $"{protocol.WireName()} dport {sources.FirstPort}-{sources.LastPort} drop; }}; }}");
    }

    private static Process Start(NetworkNamespace where)
    {
        (string program, IReadOnlyList<string> arguments) = Tool.CommandIn(where, "nft", ["-i"]);
        ProcessStartInfo start = new(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        try
        {
            return Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception exception)
        {
            throw new InvalidOperationException(
                $"{start.FileName} cannot be started: {exception.Message}; apt-get install nftables iproute2",
                exception);
        }
    }

    private async Task WriteAsync(string line, CancellationToken token)
    {
        try
        {
            await _nft.StandardInput.WriteLineAsync(line.AsMemory(), token);
            await _nft.StandardInput.FlushAsync(token);
        }
        catch (IOException)
        {
            // nft ended at once. It says why, and that is read next.
        }
    }

    private async Task WaitUntilListedAsync(CancellationToken token)
    {
        using CancellationTokenSource patience = CancellationTokenSource.CreateLinkedTokenSource(token);
        patience.CancelAfter(s_patience);
        Task<string?> error = _nft.StandardError.ReadLineAsync(patience.Token).AsTask();
        try
        {
            while (true)
            {
                Task<string?> output = _nft.StandardOutput.ReadLineAsync(patience.Token).AsTask();
                string? line = await await Task.WhenAny(output, error);
                if (error.IsCompleted || line is null)
                {
                    string why = await error ?? "it ended";
                    throw new InvalidOperationException($"nft did not make the rule that drops answers: {why}");
                }

                if (line.Contains(Table, StringComparison.Ordinal))
                {
                    return;
                }
            }
        }
        catch (OperationCanceledException) when (!token.IsCancellationRequested)
        {
            throw new InvalidOperationException(
                $"nft did not make the rule that drops answers within {s_patience.TotalSeconds:F0} s");
        }
        finally
        {
            // Ends the pending read of errors, which would keep the process's stream busy.
            await patience.CancelAsync();
        }
    }
}
