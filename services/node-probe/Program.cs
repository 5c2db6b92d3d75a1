using System.CommandLine;
using Plumbline.Hosting;
using Plumbline.Linux;
using Plumbline.NodeProbe;
using Plumbline.Trials;

Option<bool> check = new("--check")
{
    Description = "Check what this kernel offers, print it, and exit: 0 if it can measure, 1 if it cannot.",
};
RootCommand root = new(
    """
    A worker of the pipeline: sends UDP packets through a node and times them there with kernel probes.
    Settings are environment variables such as PLUMBLINE_BROKER__HOST.
    """)
{
    check,
};
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
        string level = finding.Level.ToString().ToLowerInvariant();
        Console.WriteLine($"{level,-9} {finding.What,-16} {finding.Detail}{remedy}");
    }

    bool coarse = ClockJudge.FindObstacle(KernelClock.OfMachine) is not null;
    return coarse || findings.Any(finding => finding.Level == FindingLevel.Blocking) ? 1 : 0;
}
