using Plumbline.Linux;

namespace Plumbline.Trials.Noise;

/// <summary>
/// Waits before a trial while the machine is slow, for a small share of the experiment's time. Figures are stated at
/// the machine's full speed, and a trial at full speed needs no correction. Virtual machines are often slow for seconds
/// only; minutes are measured as they are.
/// </summary>
internal sealed class FullSpeedWait(TimeProvider clock)
{
    /// <summary>Of the time since the experiment's first trial.</summary>
    public const double MostShare = 0.15;

    private static readonly TimeSpan s_mostAtOnce = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(20);

    private Guid _experiment;
    private long _begun;
    private TimeSpan _waited;

    /// <param name="scene">The stage probe must be attached.</param>
    public async Task AwaitAsync(TrialScene scene, ControlReference reference, CancellationToken token)
    {
        if (_experiment != scene.Trial.Key.ExperimentId)
        {
            (_experiment, _begun, _waited) = (scene.Trial.Key.ExperimentId, clock.GetTimestamp(), TimeSpan.Zero);
        }

        TimeSpan left = MostShare * clock.GetElapsedTime(_begun) - _waited;
        TimeSpan patience = left < s_mostAtOnce ? left : s_mostAtOnce;
        long start = clock.GetTimestamp();
        while (reference.IsSlow && clock.GetElapsedTime(start) < patience)
        {
            await Task.Delay(s_pause, clock, token);
            reference.See(await scene.Entry.Sender.RunAsync(() => ControlNs(scene)));
        }

        _waited += clock.GetElapsedTime(start);
    }

    private static double? ControlNs(TrialScene scene)
    {
        CpuAffinity.PinThread(TrialScene.SendingCpu);
        return scene.Control!.Send(scene.Entry.Identity).PercentileNs(ControlReadings.Median);
    }
}
