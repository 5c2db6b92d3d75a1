using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Plumbline.Cluster;
using Plumbline.Contracts;

namespace Plumbline.ServiceScaler.Cluster;

/// <summary>
/// Makes a step's Services exist in the API, and waits until kube-proxy has made their rules on every node.
/// </summary>
public sealed class StepServices(
    ServiceReconciler reconciler, RulesAwaiter rules, ProgressReports reports, ILogger<StepServices> logger)
{
    /// <exception cref="ApiException">The API server refused a change.</exception>
    /// <exception cref="InvalidOperationException">
    /// Something undoes the changes, or rules stopped appearing.
    /// </exception>
    public Task<IReadOnlyList<ScaledNode>> ProgramAsync(
        ScaleStep step, StepTargets targets, NodeDataPlanes planes, CancellationToken token) =>
        reports.DuringAsync(report => ProgramAsync(step, targets, planes, report, token), token);

    private async Task<IReadOnlyList<ScaledNode>> ProgramAsync(
        ScaleStep step,
        StepTargets targets,
        NodeDataPlanes planes,
        Action<ScalingProgress> report,
        CancellationToken token)
    {
        ScalingProgress progress = StepProgress.Of(step);
        long start = Stopwatch.GetTimestamp();
        (int created, ServiceAddress? newest) = await reconciler.ReconcileAsync(
            DesiredServices.Build(step),
            targets.Objects,
            now => report(progress with { ServicesThere = now.InPlace, ChangesLeft = now.Remaining }),
            token);
        TimeSpan creating = Stopwatch.GetElapsedTime(start);
        ScaledNode[] scaled = await Task.WhenAll(targets.Nodes.Zip(planes.Readings, async (node, reading) =>
        {
            CountNodeRules question = new()
            {
                ExperimentId = step.ExperimentId,
                Node = node,
                DataPlane = planes.DataPlane,
                Wanted = progress.Rules,
                Newest = newest,
            };
            NodeRulesCounted counted = await rules.AwaitAsync(
                question, there =>
                    report(progress with { ServicesThere = step.Cell.Services, RulesThere = there }), token);
            return ScaledSteps.Of(node, reading, counted, Stopwatch.GetElapsedTime(start));
        }));
        logger.LogInformation(
            "experiment {ExperimentId} step {Step}: {Services} Services exist after {CreatingMs:F0} ms ({Created} are "
            + "new); "
            + "their {Rules} rules are on all nodes after {ProgrammingMs:F0} ms",
            step.ExperimentId,
            step.Step,
            step.Cell.Services,
            creating.TotalMilliseconds,
            created,
            progress.Rules,
            scaled.Max(each => each.ProgrammingNs) / 1e6);
        return scaled;
    }
}
