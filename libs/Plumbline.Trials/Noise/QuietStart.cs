using Plumbline.Contracts;
using Plumbline.Linux;

namespace Plumbline.Trials.Noise;

/// <summary>
/// Waits before a step's first trial until the machine does not disturb control packets. After a step the kernel still
/// frees the rules and conntrack entries of the step before, which takes seconds if there are many.
/// </summary>
internal static class QuietStart
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(100);

    /// <param name="scene">The stage probe must be attached.</param>
    /// <param name="referenceNs">As <see cref="NoiseJudge.Judge"/> takes it.</param>
    /// <returns>False when the packets were still disturbed after two seconds.</returns>
    public static async Task<bool> AwaitAsync(TrialScene scene, double? referenceNs, CancellationToken token)
    {
        long deadline = Environment.TickCount64 + (long)s_patience.TotalMilliseconds;
        while (!await scene.Entry.Sender.RunAsync(() => IsQuiet(scene, referenceNs)))
        {
            if (Environment.TickCount64 > deadline)
            {
                return false;
            }

            await Task.Delay(s_pause, token);
        }

        return true;
    }

    private static bool IsQuiet(TrialScene scene, double? referenceNs)
    {
        int cpu = TrialScene.SendingCpu;
        CpuAffinity.PinThread(cpu);
        SenderCounters before = SenderCounters.Read(cpu);
        (_, ControlReading? control) = scene.WithControl(() => 0);
        SenderNoise noise = SenderCounters.Read(cpu).Since(before);
        return NoiseJudge.Judge(control, noise, referenceNs).Count == 0;
    }
}
