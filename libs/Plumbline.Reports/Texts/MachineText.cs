namespace Plumbline.Reports.Texts;

/// <summary>What a machine is, as facts for reports and comparisons.</summary>
public static class MachineText
{
    /// <summary>Empty when the machine was not described.</summary>
    public static IEnumerable<(string Name, string Value)> Facts(MachineDescription? machine) => machine is null ? [] :
    [
        ("kernel", machine.Kernel),
        ("preemption", machine.Preemption),
        ("clock source", machine.ClockSource),
        ("operating system", machine.OperatingSystem),
        ("CPU", machine.CpuModel),
        ("CPUs", Figures.Integer(machine.CpuCount)),
        ("isolated CPUs", machine.IsolatedCpus),
        ("CPUs without ticks", machine.TicklessCpus),
        ("SMT", machine.Smt),
        ("frequency governor", machine.Governor),
        ("boost", machine.Boost),
        ("hypervisor", machine.Hypervisor),
        ("CPU mitigations", machine.Mitigations),
        .. machine.Tools.OrderBy(tool => tool.Key, StringComparer.Ordinal).Select(tool => (tool.Key, tool.Value)),
        ("Plumbline", machine.PlumblineVersion),
    ];

    /// <summary>As <c>3 (isolated from the scheduler)</c>; empty for an attempt that no CPU of its own sent.</summary>
    public static string SendingCpu(TrialConditions conditions) => conditions switch
    {
        { Cpu: null } => "",
        { CpuReason: null } => Figures.Integer(conditions.Cpu.Value),
        _ => $"{Figures.Integer(conditions.Cpu.Value)} ({conditions.CpuReason})",
    };
}
