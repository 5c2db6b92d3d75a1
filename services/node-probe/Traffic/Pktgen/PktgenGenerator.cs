using Plumbline.Trials.Sending;
using System.Globalization;
using System.Net.NetworkInformation;
using Plumbline.Contracts;
using Plumbline.Linux;
using Plumbline.DataPlanes;
using Plumbline.Paths;
using Plumbline.Trials;

namespace Plumbline.NodeProbe.Traffic.Pktgen;

/// <summary>
/// Sends UDP packets with the kernel's pktgen. Create, use and dispose of it on a thread in the sender's namespace.
/// The packets leave from the kernel's thread of one CPU, which takes each through the node within the send, as
/// AF_PACKET does. pktgen keeps its own schedule: the next packet is due one delay after the last was. It does not
/// report how late packets left.
/// </summary>
internal sealed class PktgenGenerator : ITrafficGenerator
{
    /// <summary>
    /// The suffix marks our devices, so the next worker can remove what a killed worker left.
    /// </summary>
    private const string Label = "@plumbline";

    /// <summary>Length of the frames without the checksum of a real wire; the same as with AF_PACKET.</summary>
    private const int FrameLength = ProbeFrame.UdpLength;

    /// <summary>A longer delay means never, to pktgen.</summary>
    private const double MaxDelayNs = int.MaxValue - 1;

    private static readonly TimeSpan s_poll = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan s_leastPatience = TimeSpan.FromSeconds(10);

    private readonly NetworkNamespace _namespace;
    private readonly FlowSpace _sources;
    private readonly long _firstFlow;
    private readonly int _cpu;
    private readonly string _thread;
    private readonly string _device;
    private PktgenRelay? _relay;

    private PktgenGenerator(TrafficEntry entry, long firstFlow, int cpu)
    {
        _namespace = entry.Sender;
        _sources = entry.Sources;
        _firstFlow = firstFlow;
        _cpu = cpu;
        _thread = PktgenFiles.ThreadOf(cpu);
        _device = entry.SenderDevice + Label;
    }

    public string Name => GeneratorKind.Pktgen.WireName();

    /// <summary>Whether the sender's namespace forwards the packets: see <see cref="PktgenRelay"/>.</summary>
    public bool IsRelayed => _relay is not null;

    /// <summary>
    /// Takes pktgen, which must be loaded, and configures what all of the trial's packets share.
    /// </summary>
    /// <param name="destinations">Addresses in host byte order. Each packet draws one.</param>
    /// <param name="firstFlow">Flow number of the trial's first packet; the others follow.</param>
    /// <param name="cpu">The CPU that sends.</param>
    /// <exception cref="PktgenException">
    /// Others use pktgen in this namespace, or it cannot send to these destinations.
    /// </exception>
    public static PktgenGenerator Open(
        TrafficEntry entry, IReadOnlyCollection<uint> destinations, long firstFlow, int cpu)
    {
        AddressRange range = AddressRange.Of(destinations)
            ?? throw new PktgenException(
                $"pktgen draws from a range of addresses, and the {destinations.Count} Services' are not consecutive");
        PktgenGenerator generator = new(entry, firstFlow, cpu);
        if (!PktgenFiles.Exists(generator._thread))
        {
            throw new PktgenException(
                $"pktgen has no thread {generator._thread}: was CPU {cpu} switched on after pktgen was loaded?");
        }

        RemoveLeftover();
        PktgenFiles.Configure(generator._thread, $"add_device {generator._device}");
        try
        {
            generator.Configure(entry, range);
            return generator;
        }
        catch
        {
            generator.Dispose();
            throw;
        }
    }

    public SendRun Send(int first, int count, double ratePps, CancellationToken token)
    {
        long delayNs = (long)Math.Min(Math.Round(1e9 / ratePps), MaxDelayNs);
        long sent = 0, errors = 0;
        TimeSpan elapsed = TimeSpan.Zero;
        IEnumerable<PktgenBatch> batches = PktgenBatch.Of(_sources, _firstFlow + first, count);
        foreach (PktgenBatch batch in batches.TakeWhile(_ => !token.IsCancellationRequested))
        {
            PktgenReport report = Run(batch, delayNs, token);
            sent += report.Sent;
            errors += report.Errors;
            elapsed += report.Elapsed;
        }

        return new SendRun { Sent = sent, Errors = errors, Elapsed = elapsed, Lateness = Lateness.Unknown };
    }

    public void Dispose()
    {
        // This removes all devices of the thread. When one is not ours, ours goes with the namespace instead.
        if (PktgenFiles.Devices().Where(each => each.Thread == _thread).All(each => IsOurs(each.Device)))
        {
            PktgenFiles.Write(_thread, "rem_device_all");
        }

        _relay?.Dispose();
    }

    private static bool IsOurs(string device) => device.EndsWith(Label, StringComparison.Ordinal);

    /// <summary>Removes what a killed worker left here. Refuses to touch what others use.</summary>
    private static void RemoveLeftover()
    {
        (string Thread, string Device, bool IsRunning)[] devices = [.. PktgenFiles.Devices()];
        foreach ((string thread, string device, bool isRunning) in devices)
        {
            if (isRunning || !IsOurs(device))
            {
                string sending = isRunning ? ", which is sending" : "";
                throw new PktgenException($"pktgen is in use: {thread} has {device}{sending}; it is left alone");
            }
        }

        foreach (string thread in devices.Select(each => each.Thread).Distinct())
        {
            PktgenFiles.Write(thread, "rem_device_all");
        }
    }

    private void Configure(TrafficEntry entry, AddressRange range)
    {
        Tell("clone_skb 0");
        Tell($"pkt_size {FrameLength}");
        Tell($"udp_dst_min {entry.DestinationPort}");
        Tell($"udp_dst_max {entry.DestinationPort}");
        Tell($"dst_min {Ipv4.Format(range.First)}");
        if (range.First != range.Last)
        {
            // Random addresses exclude the end of the range.
            Tell($"dst_max {Ipv4.Format(range.Last + 1)}");
            Tell("flag IPDST_RND");
        }

        if (CanLetGo())
        {
            Tell($"dst_mac {MacAddress.Format(entry.NodeMac)}");
            Tell("xmit_mode start_xmit");
        }
        else
        {
            _relay = new PktgenRelay(entry.SenderDevice);
            Tell($"dst_mac {MacAddress.Format(entry.SenderMac)}");
            Tell("xmit_mode netif_receive");
        }
    }

    /// <summary>
    /// Whether this pktgen gives its packets away, as since Linux 6.7. Otherwise receivers must copy them.
    /// </summary>
    private bool CanLetGo()
    {
        try
        {
            Tell("flag !SHARED");
            return true;
        }
        catch (PktgenException)
        {
            return false;
        }
    }

    private void Tell(string command) => PktgenFiles.Configure(_device, command);

    private PktgenReport Run(PktgenBatch batch, long delayNs, CancellationToken token)
    {
        Tell($"count {batch.Count}");
        Tell($"delay {delayNs}");
        Tell($"src_min {Ipv4.Format(batch.SourceIp)}");
        Tell($"src_max {Ipv4.Format(batch.SourceIp)}");
        Tell($"udp_src_min {batch.FirstPort}");
        Tell($"udp_src_max {(batch.Count == 1 ? batch.FirstPort : batch.FirstPort + batch.Count)}");
        if (PktgenReport.Parse(PktgenFiles.Read(_device)) is { DelayNs: var taken } && taken != delayNs)
        {
            throw new PktgenException($"pktgen got a delay of {delayNs} ns and set {taken} ns");
        }

        using ManualResetEventSlim ended = new();
        Task<bool> watch = _namespace.RunAsync(() => Watch(ended, delayNs, token));
        try
        {
            // Returns when all packets are sent. A signal stops pktgen, and then this returns too.
            PktgenFiles.Write(PktgenFiles.Control, "start");
        }
        finally
        {
            ended.Set();
            watch.Wait(CancellationToken.None);
        }

        PktgenReport report = PktgenReport.Parse(PktgenFiles.Read(_device));
        return watch.Result || token.IsCancellationRequested
            ? report
            : throw new PktgenException(
                $"pktgen sent no more after {report.Sent} of {batch.Count} packets and was stopped");
    }

    /// <summary>
    /// Stops pktgen when the token asks for it, or when it sends no more. Runs on its own thread in the namespace.
    /// </summary>
    /// <returns>False when pktgen sent no more.</returns>
    private bool Watch(ManualResetEventSlim ended, long delayNs, CancellationToken token)
    {
        // The starting thread is pinned to the sending CPU, and this thread inherits that.
        CpuAffinity.PinThread(AllowedCpus.OfProcess.FirstOtherThan(_cpu));
        TimeSpan patience = s_leastPatience + TimeSpan.FromMicroseconds(delayNs / 1e3);
        long sent = 0;
        long lastSent = Environment.TickCount64;
        while (!ended.Wait(s_poll, CancellationToken.None))
        {
            long now = PktgenReport.Parse(PktgenFiles.Read(_device)).Sent;
            lastSent = now == sent ? lastSent : Environment.TickCount64;
            sent = now;
            bool isStuck = Environment.TickCount64 - lastSent > patience.TotalMilliseconds;
            if (isStuck || token.IsCancellationRequested)
            {
                PktgenFiles.Write(PktgenFiles.Control, "stop");
            }

            if (isStuck)
            {
                return false;
            }
        }

        return true;
    }
}
