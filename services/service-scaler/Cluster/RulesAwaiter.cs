using System.Globalization;
using Plumbline.Contracts;

namespace Plumbline.ServiceScaler.Cluster;

/// <summary>Waits until kube-proxy has made rules of all Services, and has removed those of Services that are gone.</summary>
public sealed class RulesAwaiter(INodeRules nodes, TimeProvider clock, RulesPatience patience)
{
    /// <summary>Seldom enough not to slow kube-proxy down by reading.</summary>
    private const double Growth = 1.5;

    /// <param name="report">Called with the rules that are there.</param>
    /// <exception cref="InvalidOperationException">The rules have stopped coming.</exception>
    public async Task AwaitAsync(DataPlane dataPlane, string serviceNamespace, int wanted, Action<int> report, CancellationToken token)
    {
        TimeSpan pause = patience.FirstPause;
        int? last = null;
        long changedAt = clock.GetTimestamp();
        while (true)
        {
            int? there = await nodes.CountAsync(dataPlane, serviceNamespace, wanted, token);
            report(there ?? 0);
            if (there == wanted)
            {
                return;
            }

            (changedAt, last) = there != last ? (clock.GetTimestamp(), there) : (changedAt, last);
            if (clock.GetElapsedTime(changedAt) > patience.Standstill)
            {
                throw new InvalidOperationException(string.Create(
                    CultureInfo.InvariantCulture,
                    $"the node's rules hold {there ?? 0:N0} of {wanted:N0} rules of namespace {serviceNamespace} and have not changed for {patience.Standstill.TotalSeconds:F0} s: does kube-proxy run there?"));
            }

            await Task.Delay(pause, clock, token);
            pause = pause * Growth < patience.LongestPause ? pause * Growth : patience.LongestPause;
        }
    }
}
