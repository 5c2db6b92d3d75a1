using System.CommandLine;
using Plumbline.Cli.Cluster;
using Plumbline.Cli.Views;
using Plumbline.NodeProbe;
using Spectre.Console;

namespace Plumbline.Cli.Commands;

/// <summary>`plumbline doctor`: what this machine, or a cluster, can and cannot measure, and how to mend it.</summary>
internal static class DoctorCommand
{
    public static Command Create()
    {
        Option<bool> cluster = new("--cluster") { Description = "Look at the Kubernetes cluster of your kubeconfig, and at Plumbline in it; needs no root." };
        Command command = new("doctor", "Tell what this machine can and cannot measure, and how to mend it.") { cluster };
        command.SetAction(async (arguments, token) => arguments.GetValue(cluster)
            ? Tell(await ClusterDoctor.CheckAsync(token), "This cluster cannot be measured yet.", "This cluster can be measured, with limits.", "This cluster can be measured.")
            : Tell(await Requirements.CheckAllAsync(), "This machine cannot run the lab yet.", "This machine can run the lab, with limits.", "This machine can run the lab."));
        return command;
    }

    private static int Tell(IReadOnlyList<Finding> findings, string whenBlocked, string whenLimited, string whenGood)
    {
        FindingsView.Write(AnsiConsole.Console, findings);
        bool blocked = findings.Any(finding => finding.Level == FindingLevel.Blocking);
        bool limited = findings.Any(finding => finding.Level == FindingLevel.Limited);
        Console.WriteLine(blocked ? whenBlocked : limited ? whenLimited : whenGood);
        return blocked ? ExitCode.CannotRun : ExitCode.Success;
    }
}
