using System.CommandLine;
using Plumbline.NodeProbe;

Option<bool> check = new("--check") { Description = "Load everything, say what this kernel offers, and exit (0: can measure, 1: cannot)." };
RootCommand root = new("The node probe: times packets in the kernel. Runs within `plumbline lab`; by itself it checks the node.") { check };
root.SetAction(arguments =>
{
    if (!arguments.GetValue(check))
    {
        Console.Error.WriteLine("node-probe: nothing to do; use --check, or `plumbline lab` to measure");
        return 2;
    }

    IReadOnlyList<Finding> findings = Preflight.CheckKernel();
    foreach (Finding finding in findings)
    {
        string remedy = finding.Remedy.Length > 0 ? $" → {finding.Remedy}" : "";
        Console.WriteLine($"{finding.Level.ToString().ToLowerInvariant(),-9} {finding.What,-16} {finding.Detail}{remedy}");
    }

    return findings.Any(finding => finding.Level == FindingLevel.Blocking) ? 1 : 0;
});
return root.Parse(args).Invoke();
