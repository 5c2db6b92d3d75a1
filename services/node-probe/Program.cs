using System.CommandLine;
using Plumbline.Hosting;
using Plumbline.NodeProbe;

Option<bool> check = new("--check") { Description = "Load everything, say what this kernel offers, and exit (0: can measure, 1: cannot)." };
RootCommand root = new("The node probe: times packets in the kernel, as a worker of the pipeline (settings: PLUMBLINE_BROKER__HOST and so on).") { check };
root.SetAction((arguments, _) => arguments.GetValue(check)
    ? Task.FromResult(Check())
    : WorkerHost.RunAsync(
        "node-probe",
        [],
        (services, configuration) => services.AddNodeProbeSettings(ProbeOptions.NodeIn(configuration)),
        (bus, configuration) => bus.AddNodeProbe(ProbeOptions.NodeIn(configuration))));
return await root.Parse(args).InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null });

static int Check()
{
    IReadOnlyList<Finding> findings = Preflight.CheckKernel();
    foreach (Finding finding in findings)
    {
        string remedy = finding.Remedy.Length > 0 ? $" → {finding.Remedy}" : "";
        Console.WriteLine($"{finding.Level.ToString().ToLowerInvariant(),-9} {finding.What,-16} {finding.Detail}{remedy}");
    }

    return findings.Any(finding => finding.Level == FindingLevel.Blocking) ? 1 : 0;
}
