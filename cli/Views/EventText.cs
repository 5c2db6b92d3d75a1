using System.Globalization;
using Plumbline.Contracts;

namespace Plumbline.Cli.Views;

/// <summary>Describes the pipeline's events in words.</summary>
internal static class EventText
{
    public static string Of(ServicesScaled scaled)
    {
        string anew = scaled.Remake == 0 ? "" : ", made anew";
        if (scaled.DataPlanes.All(each => each.Cell.IsBaseline))
        {
            return scaled.Nodes.Count == 0
                ? $"baseline without rules{anew}"
                : "baseline without the experiment's Services";
        }

        IEnumerable<(string Name, long Ns)> programmed = scaled.Nodes.Count == 0
            ? scaled.DataPlanes.Select(each => (each.Cell.DataPlane.WireName(), each.ProgrammingNs))
            : scaled.Nodes.Select(each => ($"{each.Node.Name} ({each.DataPlane.WireName()})", each.ProgrammingNs));
        string programming = string.Join(
            ", ",
            programmed.Select(each => string.Create(
                CultureInfo.InvariantCulture, $"{each.Name} {each.Ns / 1e9:F2} s")));
        ProgrammedDataPlane first = scaled.DataPlanes[0];
        string rules = first.Rules == first.Cell.Services ? "" : string.Create(
            CultureInfo.InvariantCulture, $" ({first.Rules:N0} rules)");
        return string.Create(
            CultureInfo.InvariantCulture, $"{first.Cell.Services:N0} Services{rules} programmed{anew}: {programming}");
    }

    public static string Of(ScalingProgress scaling) => scaling switch
    {
        { WaitsFor: { } holder } => $"{holder} holds the cluster; waiting for it to renew its Lease",
        { ProxySwitch: { NodesInMode: { } nodes } proxy } =>
            $"switching kube-proxy to {proxy.Mode.WireName()}: {nodes} nodes have only its rules",
        { ProxySwitch: { } proxy } =>
            $"switching kube-proxy to {proxy.Mode.WireName()}: {proxy.PodsRestarted} of {proxy.Pods} pods restarted",
        { RulesThere: { } rules } when rules > scaling.Rules => string.Create(
            CultureInfo.InvariantCulture,
            $"all {scaling.Services:N0} Services exist; removing {rules - scaling.Rules:N0} of {rules:N0} rules"),
        { RulesThere: { } rules } => string.Create(
            CultureInfo.InvariantCulture,
            $"all {scaling.Services:N0} Services exist; {rules:N0} of {scaling.Rules:N0} rules are in the kernel"),
        _ when scaling.ServicesThere > scaling.Services => string.Create(
            CultureInfo.InvariantCulture,
            $"removing {scaling.ServicesThere - scaling.Services:N0} of {scaling.ServicesThere:N0} Services"),
        _ => string.Create(
            CultureInfo.InvariantCulture,
            $"{scaling.ServicesThere:N0} of {scaling.Services:N0} Services exist; "
            + $"{scaling.ChangesLeft:N0} changes left"),
    };

    public static string Of(RemovalProgress removal) => removal.ProxyRestart is { } restart
        ? string.Create(
            CultureInfo.InvariantCulture,
            $"restoring kube-proxy: {restart.PodsRestarted:N0} of {restart.Pods:N0} pods restarted")
        : string.Create(
            CultureInfo.InvariantCulture, $"removing the experiment's objects: {removal.ChangesLeft:N0} changes left");

    public static string Of(TrialStored stored) => stored.Cell.IsBaseline
        ? $"baseline, {stored.Measure.WireName()}"
        : $"{CellText.Of(stored.Cell)} Services, {stored.Measure.WireName()}";

    public static string Of(RerunStarted rerun) => string.Create(
        CultureInfo.InvariantCulture, $"repeating {rerun.Stage.WireName()} of step {rerun.Step} (counted from 0)");

    public static string Of(StepRecomputed recomputed) => string.Create(
        CultureInfo.InvariantCulture, $"recomputed {recomputed.Recomputed} latencies; {recomputed.Changed} changed");

    /// <summary>What the experiment waits for. Null when another event says it.</summary>
    public static string? Of(ExperimentProgress progress) => progress.Phase switch
    {
        ExperimentPhase.Queued when progress.QueuePosition > 0 => string.Create(
            CultureInfo.InvariantCulture, $"waiting: place {progress.QueuePosition} in the queue"),
        ExperimentPhase.Recomputing => "recomputing percentiles",
        ExperimentPhase.Removing => "removing the experiment's objects",
        _ => null,
    };

    public static string Flagged(TrialStored stored)
    {
        string flags = string.Join(", ", stored.Flags.Select(flag => flag.WireName()));
        return $"{Of(stored)}: attempt {stored.Key.Attempt} flagged {flags} ({string.Join("; ", stored.Remarks)})";
    }
}
