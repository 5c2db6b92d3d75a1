using System.CommandLine;
using Plumbline.Cli.Cluster;
using Plumbline.Cli.Views;
using Plumbline.NodeProbe;
using Spectre.Console;

namespace Plumbline.Cli.Commands;

/// <summary>`plumbline doctor`: checks this machine or a cluster. Prints a fix for each check that fails.</summary>
internal static class DoctorCommand
{
    public static Command Create()
    {
        Option<bool> cluster = new("--cluster")
        {
            Description = "Check your kubeconfig's cluster, and Plumbline in it, instead. Needs no root.",
        };
        Command command =
            new("doctor", "Check what this machine can measure. Prints a fix for each check that fails.") { cluster };
        command.SetAction(async (arguments, token) => arguments.GetValue(cluster)
            ? Report(
                await ClusterDoctor.CheckAsync(token),
                "This cluster cannot be measured yet.",
                "This cluster can be measured, with limits.",
                "This cluster can be measured.")
            : Report(
                await Requirements.CheckAllAsync(),
                "This machine cannot run the lab yet.",
                "This machine can run the lab, with limits.",
                "This machine can run the lab."));
        return command;
    }

    private static int Report(IReadOnlyList<Finding> findings, string whenBlocked, string whenLimited, string whenGood)
    {
        FindingsView.Write(AnsiConsole.Console, findings);
        bool blocked = findings.Any(finding => finding.Level == FindingLevel.Blocking);
        bool limited = findings.Any(finding => finding.Level == FindingLevel.Limited);
        Console.WriteLine(blocked ? whenBlocked : limited ? whenLimited : whenGood);
        return blocked ? ExitCode.CannotRun : ExitCode.Success;
    }
}
