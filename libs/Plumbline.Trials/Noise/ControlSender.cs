using Plumbline.Contracts;
using Plumbline.Histograms;
using Plumbline.Paths;
using Plumbline.Probing.Stages;
using Plumbline.Trials.Sending;

namespace Plumbline.Trials.Noise;

/// <summary>
/// Sends control packets past a node without rules, timed by the stage probe that times the trial. Nothing that the
/// trial compares changes their time, so a change shows the machine.
/// </summary>
public sealed class ControlSender : IDisposable
{
    /// <summary>Packets of one series that count. Two series take about 20 ms.</summary>
    public const int Packets = 150;

    private const int WarmUpPackets = 20;
    private const double RatePps = 20_000;

    /// <summary>Series with flows of their own. Without conntrack on the node nothing depends on that.</summary>
    private const int MostSeries = 32;

    private const int Flows = MostSeries * (WarmUpPackets + Packets);

    private readonly AfPacketGenerator _generator;
    private readonly PacketIdentity _identity;
    private readonly StageProbe _stage;
    private int _next;

    private ControlSender(TrafficEntry control, MeasureTrial trial, StageProbe stage)
    {
        long firstFlow = control.Sources.Fit(trial.FirstFlow, Flows);
        uint[] destinations = [.. Enumerable.Repeat(control.EndpointIp.Ipv4Number, Flows)];
        _generator = new AfPacketGenerator(control, ServiceProtocol.Udp, firstFlow, destinations);
        _identity = control.Identity;
        _stage = stage;
    }

    /// <summary>
    /// Opens the socket in the control node's namespace. It stays there, whichever thread sends from it.
    /// </summary>
    public static Task<ControlSender> OpenAsync(TrafficEntry control, MeasureTrial trial, StageProbe stage) =>
        control.Sender.RunAsync(() => new ControlSender(control, trial, stage));

    /// <summary>Sends one series from the calling thread, which must be pinned.</summary>
    /// <param name="then">What the stage probe, which must be attached, is aimed at afterwards.</param>
    /// <returns>The packets' whole way through the node.</returns>
    public LatencyHistogram Send(PacketIdentity then)
    {
        _stage.Aim(_identity);
        SendNext(WarmUpPackets);
        _stage.Reset();
        SendNext(Packets);
        LatencyHistogram total = _stage.Read().Stages[^1].ToLatencies();
        _stage.Aim(then);
        return total;
    }

    public void Dispose() => _generator.Dispose();

    private void SendNext(int packets)
    {
        SendRun run = _generator.Send(_next, packets, RatePps, CancellationToken.None);
        _stage.ReadSettledPackets(run.Sent);
        _next = (_next + packets) % Flows;
    }
}
