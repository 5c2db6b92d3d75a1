using Plumbline.Bpf;
using Plumbline.Contracts;
using Plumbline.Linux;
using Plumbline.NodeProbe.Traffic.Pktgen;
using Plumbline.Probing;
using Plumbline.Probing.Functions;
using Plumbline.Probing.Stages;
using Plumbline.Trials;

namespace Plumbline.NodeProbe;

/// <summary>One thing that the node has or lacks, and how to fix it.</summary>
/// <param name="Remedy">What to do; empty when there is nothing to do.</param>
public sealed record Finding(string What, FindingLevel Level, string Detail, string Remedy = "");

public enum FindingLevel
{
    Good,

    /// <summary>Missing, but no measurement fails without it.</summary>
    Absent,

    /// <summary>Some measurements work, others do not.</summary>
    Limited,

    /// <summary>Nothing can be measured until it is fixed.</summary>
    Blocking,
}

/// <summary>
/// Finds out what can be measured here: it loads the programs and asks the kernel, and compares no versions.
/// </summary>
public static class Preflight
{
    /// <summary>What the kernel offers to kernel probes and generators.</summary>
    public static IReadOnlyList<Finding> CheckKernel()
    {
        List<Finding> findings =
        [
            new("kernel", FindingLevel.Good, KernelRelease.Running),
            CheckPreemption(KernelPreemption.Read(SystemFiles.OfMachine)),
            CheckClock(KernelClock.OfMachine),
            new("sending CPU", FindingLevel.Good, $"{CpuChoice.OfProcess.Cpu}: {CpuChoice.OfProcess.Reason}"),
            LinuxUser.IsRoot
                ? new("root", FindingLevel.Good, "yes")
                : new(
                    "root", FindingLevel.Blocking, "not root", "use sudo: namespaces, rules and BPF need root"),
            File.Exists("/sys/kernel/btf/vmlinux")
                ? new("BTF", FindingLevel.Good, "/sys/kernel/btf/vmlinux")
                : new(
                    "BTF",
                    FindingLevel.Blocking,
                    "the kernel has none",
                    "use a kernel built with CONFIG_DEBUG_INFO_BTF, such as Debian's since version 11"),
            CheckLockdown(),
        ];
        if (LinuxUser.IsRoot)
        {
            findings.Add(CheckStageProbe());
            findings.Add(CheckAttachment("BPF trampolines", FunctionAttachment.Fentry));
            findings.Add(CheckAttachment("kprobes", FunctionAttachment.Kprobe));
            findings.Add(CheckFunctionProbe());
        }

        findings.Add(PktgenModule.FindObstacle() is { } obstacle
            ? new("pktgen", FindingLevel.Absent, $"{obstacle}; the AF_PACKET generator works without it")
            : new("pktgen", FindingLevel.Good, PktgenModule.IsLoaded ? "loaded" : "a module, loaded on demand"));
        return findings;
    }

    /// <summary>The stage probe takes it that a packet is handled without a pause.</summary>
    internal static Finding CheckPreemption(string model) => model == KernelPreemption.RealTime
        ? new(
            "preemption",
            FindingLevel.Limited,
            $"{model}: another task can interrupt the handling of a packet, and its time is in the packet's",
            "boot a kernel without PREEMPT_RT")
        : new("preemption", FindingLevel.Good, model);

    internal static Finding CheckClock(KernelClock clock) => ClockJudge.FindObstacle(clock) is { } obstacle
        ? new("clock", FindingLevel.Limited, $"{obstacle}; one-way and rtt cannot be measured", ClockJudge.Remedy)
        : new("clock", FindingLevel.Good, $"{clock.Source}, in steps of {clock.StepNs} ns or less");

    private static Finding CheckLockdown()
    {
        const string path = "/sys/kernel/security/lockdown";
        string state = File.Exists(path) ? File.ReadAllText(path).Trim() : "not built in, or securityfs not mounted";
        return state.Contains("[confidentiality]", StringComparison.Ordinal)
            ? new(
                "lockdown",
                FindingLevel.Blocking,
                state,
                "boot with lockdown=integrity or none: confidentiality keeps BPF from reading kernel memory")
            : new("lockdown", FindingLevel.Good, state);
    }

    private static Finding CheckStageProbe()
    {
        try
        {
            using StageProbe probe = StageProbe.Load();
            probe.Attach();
            return new("stage probe", FindingLevel.Good, "its four tracepoint programs load and attach");
        }
        catch (DllNotFoundException)
        {
            return new("stage probe", FindingLevel.Blocking, "libbpf.so.1 is missing", "apt-get install libbpf1");
        }
        catch (Exception exception) when (exception is BpfException or FileNotFoundException)
        {
            return new(
                "stage probe",
                FindingLevel.Blocking,
                exception.Message,
                "use a kernel with BPF and BTF raw tracepoints (5.17 or newer)");
        }
    }

    private static Finding CheckAttachment(string what, FunctionAttachment attachment)
    {
        try
        {
            AttachCheck.Attach(attachment);
            return new(what, FindingLevel.Good, $"{attachment.WireName()} programs load and attach");
        }
        catch (Exception exception) when (exception is BpfException or FileNotFoundException or DllNotFoundException)
        {
            string reason =
                exception is BpfException { Errno: var errno } ? $"refused (errno {errno})" : exception.Message;
            return new(what, FindingLevel.Absent, $"{reason}; the stage probe works without them");
        }
    }

    private static Finding CheckFunctionProbe()
    {
        const string what = "function probe";
        try
        {
            return new(what, FindingLevel.Good, $"available (--timing function), by {AttachCheck.Demand().WireName()}");
        }
        catch (Exception exception) when (exception
            is ProbeUnavailableException or BpfException or FileNotFoundException or DllNotFoundException)
        {
            return new(what, FindingLevel.Absent, $"not available (--timing function): {exception.Message}");
        }
    }
}
