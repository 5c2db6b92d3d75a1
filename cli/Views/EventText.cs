using System.Globalization;
using Plumbline.Contracts;

namespace Plumbline.Cli.Views;

/// <summary>The pipeline's events in words.</summary>
internal static class EventText
{
    public static string Of(ServicesScaled scaled)
    {
        if (scaled.DataPlanes.All(each => each.Cell.IsBaseline))
        {
            return scaled.Nodes.Count == 0 ? "baseline without rules" : "baseline without the experiment's Services";
        }

        IEnumerable<(string Name, long Ns)> programmed = scaled.Nodes.Count == 0
            ? scaled.DataPlanes.Select(each => (each.Cell.DataPlane.WireName(), each.ProgrammingNs))
            : scaled.Nodes.Select(each => ($"{each.Node.Name} ({each.DataPlane.WireName()})", each.ProgrammingNs));
        string programming = string.Join(", ", programmed.Select(each => string.Create(CultureInfo.InvariantCulture, $"{each.Name} {each.Ns / 1e9:F2} s")));
        ProgrammedDataPlane first = scaled.DataPlanes[0];
        string rules = first.Rules == first.Cell.Services ? "" : string.Create(CultureInfo.InvariantCulture, $" ({first.Rules:N0} rules)");
        return string.Create(CultureInfo.InvariantCulture, $"{first.Cell.Services:N0} Services{rules} programmed: {programming}");
    }

    public static string Of(ScalingProgress scaling) => scaling.WaitsFor is { } holder
        ? $"{holder} has the cluster; waiting to see whether it renews its Lease"
        : scaling.ProxySwitch is { } proxy
        ? $"switching kube-proxy to {proxy.Mode.WireName()}: "
            + (proxy.NodesInMode is { } nodes ? $"{nodes} nodes have its rules alone" : $"{proxy.PodsRestarted} of {proxy.Pods} pods restarted")
        : scaling.RulesThere is { } rules
        ? string.Create(CultureInfo.InvariantCulture, $"{scaling.Services:N0} Services are there, ")
            + (rules > scaling.Rules
                ? string.Create(CultureInfo.InvariantCulture, $"{rules:N0} rules in the kernel, of which {scaling.Rules:N0} stay")
                : string.Create(CultureInfo.InvariantCulture, $"{rules:N0} of their {scaling.Rules:N0} rules in the kernel"))
        : scaling.ServicesThere > scaling.Services
            ? string.Create(CultureInfo.InvariantCulture, $"{scaling.ServicesThere:N0} Services are there, of which {scaling.Services:N0} stay")
            : string.Create(CultureInfo.InvariantCulture, $"{scaling.ServicesThere:N0} of {scaling.Services:N0} Services are there, {scaling.ChangesLeft:N0} changes to go");

    public static string Of(RemovalProgress removal) => removal.ProxyRestart is { } restart
        ? string.Create(CultureInfo.InvariantCulture, $"restoring kube-proxy: {restart.PodsRestarted:N0} of {restart.Pods:N0} pods restarted")
        : string.Create(CultureInfo.InvariantCulture, $"removing what was created: {removal.ChangesLeft:N0} changes to go");

    public static string Of(TrialStored stored) => stored.Cell.DataPlane == DataPlane.NoRules
        ? $"baseline, {stored.Measure.WireName()}"
        : string.Create(
            CultureInfo.InvariantCulture,
            $"{stored.Cell.Services:N0} Services, {stored.Cell.DataPlane.WireName()} {stored.Cell.Position.WireName()}, {stored.Measure.WireName()}");

    public static string Of(RerunStarted rerun) => string.Create(
        CultureInfo.InvariantCulture, $"again: {rerun.Stage.WireName()} of step {rerun.Step} (counted from 0)");

    public static string Of(StepRecomputed recomputed) => string.Create(
        CultureInfo.InvariantCulture, $"{recomputed.Recomputed} latencies computed again, {recomputed.Changed} changed");

    /// <summary>What is waited for, where no other event tells; else null.</summary>
    public static string? Of(ExperimentProgress progress) => progress.Phase switch
    {
        ExperimentPhase.Queued when progress.QueuePosition > 0 => string.Create(CultureInfo.InvariantCulture, $"waiting: place {progress.QueuePosition} in the queue"),
        ExperimentPhase.Recomputing => "computing percentiles again",
        ExperimentPhase.Removing => "removing what was created",
        _ => null,
    };

    public static string Flagged(TrialStored stored) =>
        $"{Of(stored)}: attempt {stored.Key.Attempt} flagged {string.Join(", ", stored.Flags.Select(flag => flag.WireName()))} ({string.Join("; ", stored.Remarks)})";
}
