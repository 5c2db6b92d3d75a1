using Plumbline.Bpf;
using Plumbline.Contracts;
using Plumbline.Paths.Lab;
using Plumbline.Linux;
using Plumbline.NodeProbe.Traffic;
using Plumbline.DataPlanes;
using Plumbline.Paths;
using Plumbline.Trials;
using Plumbline.Probing.Functions;
using Plumbline.Probing.Tracing;

namespace Plumbline.NodeProbe.Tracing;

/// <summary>
/// Sends the first and the second packet of a flow to a Service and follows each through the node. Its programs are attached
/// while it lives.
/// </summary>
public sealed class FlowTracer(INodeAccess access) : IDisposable
{
    /// <summary>Flows by which the programs' cost is found, after the traced ones: the accounting itself costs time.</summary>
    private const int AccountedFlows = 50;

    private readonly PacketProbe _probe = PacketProbe.Attach();

    public async Task<ServiceTrace> TraceAsync(Guid experimentId, DataPlane dataPlane, TraceSettings settings, CancellationToken token)
    {
        await using TrafficEntry entry = await access.EnterAsync(experimentId, dataPlane, token: token);
        ServiceRuleSet rules = await KnownDataPlanes.Of(dataPlane).ReadAsync(entry.Node, token);
        ServiceRule target = Target(rules, settings);
        string text = await KnownDataPlanes.Of(dataPlane).ReadTextAsync(entry.Node, target, token)
            ?? throw new InvalidOperationException($"the rule of {Ipv4.Format(target.ClusterIp)}:{target.Port} is gone");

        using LabLock measuring = await LabLock.TakeAsync(LabLock.MeasuringPath, token);
        (FunctionAttachment? attachment, string? absent) = AttachFunctions();
        await QuietMachine.WaitAsync(token);
        Followed followed = await entry.Sender.RunAsync(() => Follow(entry, target.ClusterIp, settings, token));
        _probe.DetachFunctions();
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
    }

    public void Dispose() => _probe.Dispose();

    /// <summary>Once the data plane's rules are there, and with them the modules that have the functions.</summary>
    private (FunctionAttachment? Attachment, string? Absent) AttachFunctions()
    {
        try
        {
            return (_probe.AttachFunctions(), null);
        }
        catch (FunctionProbeException exception)
        {
            return (null, exception.Message);
        }
    }

    private static ServiceRule Target(ServiceRuleSet rules, TraceSettings settings)
    {
        Targets targets = Targets.Choose(rules, settings.Position, ServiceProtocol.Udp);
        uint ip = targets.Draw(1, new Random((int)settings.Seed))[0];
        return targets.Rule ?? rules.Rules.First(rule => rule.ClusterIp == ip && rule.Protocol == ServiceProtocol.Udp);
    }

    /// <summary>On a thread in the sender's namespace.</summary>
    private Followed Follow(TrafficEntry entry, uint destination, TraceSettings settings, CancellationToken token)
    {
        CpuAffinity.PinThread(TrialScene.SendingCpu);

        // One packet at a time, and nothing allocated for it before it is sent: what a generator keeps of a run would take the
        // place of the kernel's own data in the CPU's caches.
        using PacketSocket socket = new(entry.SenderDevice, UdpFrame.Length, batch: 1);
        UdpFrame frame = new(entry.SenderMac, entry.NodeMac, entry.DestinationPort);
        long nextFlow = 0;

        // The warm-up and what follows it are one series: whatever came between would cool down what it has warmed.
        List<FlowTrace> followed = FollowFlows(settings.WarmupFlows, settings.Repeat);
        List<FlowTrace> flows = followed[^Math.Min(settings.Repeat, followed.Count)..];
        List<FlowTrace> warmUp = followed[..^flows.Count];
        return new Followed(warmUp, flows, ProbeRunNs(() => FollowFlows(AccountedFlows, 0)));

        List<FlowTrace> FollowFlows(int dispensable, int demanded)
        {
            List<FlowTrace> series = new(dispensable + demanded);
            for (int left = dispensable + demanded; left > 0 && !token.IsCancellationRequested; left--)
            {
                FlowAddress source = entry.Sources.AddressOf(nextFlow++);
                FlowTrace flow = new(FollowPacket(source), FollowPacket(source));
                series.Add(flow);

                // Each packet that goes astray is waited for: one of the warm-up is enough.
                left = flow.First.Verdict == PacketVerdict.NotSeenAgain ? Math.Min(left, demanded + 1) : left;
            }

            return series;
        }

        PacketTrace FollowPacket(FlowAddress source)
        {
            frame.Write(socket.Frame(0), source, destination);
            _probe.Follow(entry.IngressIndex, entry.NodeNetnsInode, source);
            _ = socket.Send(1);
            return PacketTrace.Of(_probe.ReadSettled());
        }
    }

    private double? ProbeRunNs(Action send)
    {
        using BpfRunTimeAccounting accounting = BpfRunTimeAccounting.Start();
        BpfRunTime before = _probe.RunTime();
        send();
        BpfRunTime after = _probe.RunTime();
        long runs = after.RunCount - before.RunCount;
        return runs == 0 ? null : (double)(after.RunTimeNs - before.RunTimeNs) / runs;
    }

    private sealed record Followed(IReadOnlyList<FlowTrace> WarmUp, IReadOnlyList<FlowTrace> Flows, double? ProbeRunNs);
}
