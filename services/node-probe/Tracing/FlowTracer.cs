using Plumbline.Trials.Sending;
using Plumbline.Contracts;
using Plumbline.DataPlanes;
using Plumbline.Linux;
using Plumbline.NodeProbe.Traffic;
using Plumbline.Paths;
using Plumbline.Probing;
using Plumbline.Probing.Tracing;
using Plumbline.Trials;

namespace Plumbline.NodeProbe.Tracing;

/// <summary>
/// Sends the first and the second packet of a flow to a Service and follows each through the node. Its programs are
/// loaded while it lives, and attached during a trace.
/// </summary>
public sealed class FlowTracer(INodeAccess access) : IDisposable
{
    /// <summary>
    /// Flows that show what the programs cost. They come after the traced flows, as the accounting itself takes time.
    /// </summary>
    private const int AccountedFlows = 50;

    private readonly PacketProbe _probe = LoadProbe();

    public async Task<ServiceTrace> TraceAsync(
        Guid experimentId, DataPlane dataPlane, TraceSettings settings, CancellationToken token)
    {
        ITrafficPath path = ClusterIpPath.Instance;
        await using TrafficEntry entry = await path.EnterAsync(access, experimentId, dataPlane, node: null, token);
        ServiceRuleSet rules = await KnownDataPlanes.Of(dataPlane).ReadAsync(entry.Node, token);
        ServiceRule target = Target(path, rules, settings);
        string text = await KnownDataPlanes.Of(dataPlane).ReadTextAsync(entry.Node, target, token)
            ?? throw new InvalidOperationException(
                $"the rule of {Ipv4.Format(target.ClusterIp)}:{target.Port} is gone");

        using IDisposable turn = await access.TakeTurnAsync(token);
        return await _probe.WhileAttachedAsync(async () =>
        {
            (FunctionAttachment? attachment, string? absent) = AttachFunctions();
            Followed followed = await entry.Sender.RunAsync(() => Follow(entry, target.ClusterIp, settings, token));
            token.ThrowIfCancellationRequested();
            return new ServiceTrace
            {
                DataPlane = dataPlane,
                Position = settings.Position,
                Rules = rules.Count,
                TargetIndex = target.Index,
                Target = $"{Ipv4.Format(target.ClusterIp)}:{target.Port}/{target.Protocol.WireName()}",
                RuleText = text,
                WarmUp = WarmUp.Of(followed.WarmUp),
                ProbeRunNs = followed.ProbeRunNs,
                FunctionAttachment = attachment,
                FunctionAbsent = absent,
                Flows = followed.Flows,
            };
        });
    }

    public void Dispose() => _probe.Dispose();

    /// <summary>A kernel that refuses to attach the programs does so here, before anything is made.</summary>
    private static PacketProbe LoadProbe()
    {
        PacketProbe probe = PacketProbe.Load();
        try
        {
            return probe.WhileAttached(() => probe);
        }
        catch
        {
            probe.Dispose();
            throw;
        }
    }

    /// <summary>Call it when the data plane's rules exist: they load the modules that have the functions.</summary>
    private (FunctionAttachment? Attachment, string? Absent) AttachFunctions()
    {
        try
        {
            return (_probe.AttachFunctions(), null);
        }
        catch (ProbeUnavailableException exception)
        {
            return (null, exception.Message);
        }
    }

    private static ServiceRule Target(ITrafficPath path, ServiceRuleSet rules, TraceSettings settings)
    {
        Targets targets = path.Choose(rules, settings.Position, ServiceProtocol.Udp, node: null);
        uint ip = targets.DrawIpv4(1, new Random((int)settings.Seed))[0];
        return targets.Rule ?? rules.Rules.First(rule => rule.ClusterIp == ip && rule.Protocol == ServiceProtocol.Udp);
    }

    /// <summary>Runs on a thread in the sender's namespace.</summary>
    private Followed Follow(TrafficEntry entry, uint destination, TraceSettings settings, CancellationToken token)
    {
        CpuAffinity.PinThread(TrialScene.SendingCpu);

        // Sends one packet at a time and allocates nothing for it: a generator's data would push the kernel's own
        // data out of the CPU's caches.
        using PacketSocket socket = new(entry.SenderDevice, ProbeFrame.UdpLength, batch: 1);
        ProbeFrame frame = new(ServiceProtocol.Udp, entry.SenderMac, entry.NodeMac, entry.DestinationPort);
        long nextFlow = 0;

        // The traced flows follow the warm-up at once: a pause would cool the caches down.
        List<FlowTrace> followed = FollowFlows(settings.WarmupFlows, settings.Repeat);
        List<FlowTrace> flows = followed[^Math.Min(settings.Repeat, followed.Count)..];
        List<FlowTrace> warmUp = followed[..^flows.Count];
        ProgramCost cost = new[] { _probe }.MeasureCost(() => 2 * FollowFlows(AccountedFlows, 0).Count);
        return new Followed(warmUp, flows, cost.RunNs);

        List<FlowTrace> FollowFlows(int dispensable, int demanded)
        {
            List<FlowTrace> series = new(dispensable + demanded);
            for (int left = dispensable + demanded; left > 0 && !token.IsCancellationRequested; left--)
            {
                FlowAddress source = entry.Sources.AddressOf(nextFlow++);
                FlowTrace flow = new(FollowPacket(source), FollowPacket(source));
                series.Add(flow);

                // Each lost packet costs a long wait, so the warm-up ends with the first.
                left = flow.First.Verdict == PacketVerdict.NotSeenAgain ? Math.Min(left, demanded + 1) : left;
            }

            return series;
        }

        PacketTrace FollowPacket(FlowAddress source)
        {
            frame.Write(socket.Frame(0), source, destination);
            _probe.Follow(entry.Identity, source);
            _ = socket.Send(1);
            return PacketTrace.Of(_probe.ReadSettled());
        }
    }

    private sealed record Followed(IReadOnlyList<FlowTrace> WarmUp, IReadOnlyList<FlowTrace> Flows, double? ProbeRunNs);
}
