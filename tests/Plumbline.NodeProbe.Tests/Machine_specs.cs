using Microsoft.Extensions.Logging.Abstractions;
using Plumbline.Linux;
using Plumbline.Paths.Lab;
using Plumbline.Probing;
using Plumbline.Trials;

namespace Plumbline.NodeProbe.Tests;

/// <summary>What a machine is, from planted files; and what is refused on it.</summary>
public sealed class Machine_specs : IDisposable
{
    private static readonly KernelClock s_hpet = new("hpet", 70);

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_machine_is_described_by_its_files()
    {
        Put("proc/sys/kernel/osrelease", "6.12.95");
        Put("proc/sys/kernel/version", "#1 SMP PREEMPT_RT Debian 6.12.95-1");
        Put("proc/cpuinfo", "processor\t: 0\nmodel name\t: Xeon\nflags\t\t: fpu hypervisor\n");
        Put("etc/os-release", "NAME=x\nPRETTY_NAME=\"Debian 12\"\n");
        Put("sys/class/dmi/id/sys_vendor", "QEMU");
        Put("sys/devices/system/cpu/isolated", "2-3");
        Put("sys/devices/system/cpu/nohz_full", "3");
        Put("sys/devices/system/cpu/cpu3/topology/thread_siblings_list", "1,3");
        Put("sys/devices/system/cpu/cpu3/cpufreq/scaling_governor", "performance");
        Put("sys/devices/system/cpu/intel_pstate/no_turbo", "1");
        Put("sys/devices/system/cpu/vulnerabilities/b", "Mitigation: PTI");
        Put("sys/devices/system/cpu/vulnerabilities/a", "Not affected");
        Dictionary<string, string> tools = new() { ["nft"] = "1.0.6" };

        MachineDescription machine = NodeDescription.Read(Files, new KernelClock("tsc", 21), sendingCpu: 3, tools);

        Assert.Equal(
            new MachineDescription
            {
                Kernel = "6.12.95",
                Preemption = "PREEMPT_RT",
                ClockSource = "tsc",
                ClockStepNs = 21,
                OperatingSystem = "Debian 12",
                CpuModel = "Xeon",
                CpuCount = Environment.ProcessorCount,
                IsolatedCpus = "2, 3",
                TicklessCpus = "3",
                Smt = "on; CPU 3 sends and shares its core with 1",
                Governor = "performance",
                Boost = "off",
                Hypervisor = "QEMU",
                Mitigations = "b: PTI",
                Tools = machine.Tools,
                PlumblineVersion = machine.PlumblineVersion,
            },
            machine);
        Assert.Equal(tools, machine.Tools);
    }

    [Fact]
    public void What_the_kernel_does_not_tell_is_unknown_or_none()
    {
        MachineDescription machine =
            NodeDescription.Read(Files, new KernelClock("unknown", 30), 1, new Dictionary<string, string>());

        Assert.Equal(("unknown", "unknown", "unknown"), (machine.Smt, machine.Boost, machine.Mitigations));
        Assert.Equal(("none", "none", "none"), (machine.IsolatedCpus, machine.TicklessCpus, machine.Governor));
        Assert.Equal("none", machine.Hypervisor);
    }

    [Theory]
    [InlineData("0", "off")]
    [InlineData("1", "on; CPU 1 sends and shares its core with none")]
    public void A_sending_CPU_that_shares_no_core_is_described_so(string active, string expected)
    {
        Put("sys/devices/system/cpu/smt/active", active);

        Assert.Equal(
            expected, NodeDescription.Read(Files, s_hpet, 1, new Dictionary<string, string>()).Smt);
    }

    [Fact]
    public async Task Tools_of_every_data_plane_are_described()
    {
        IReadOnlyDictionary<string, string> tools = (await NodeDescription.ReadAsync()).Tools;

        Assert.Equal(["iptables-legacy-restore", "iptables-nft-restore", "nft"], tools.Keys);
    }

    [Fact]
    public void The_doctor_refuses_a_coarse_clock_and_says_how_to_fix_it()
    {
        Finding finding = Preflight.CheckClock(s_hpet);

        Assert.Equal(FindingLevel.Limited, finding.Level);
        Assert.Contains("one-way and rtt cannot be measured", finding.Detail, StringComparison.Ordinal);
        Assert.Contains("clocksource=tsc", finding.Remedy, StringComparison.Ordinal);
        Assert.Equal(FindingLevel.Good, Preflight.CheckClock(new KernelClock("tsc", 20)).Level);
    }

    [Theory]
    [InlineData("PREEMPT_RT", FindingLevel.Limited)]
    [InlineData("PREEMPT_DYNAMIC (full)", FindingLevel.Good)]
    public void The_doctor_warns_of_a_real_time_kernel(string model, FindingLevel level) =>
        Assert.Equal(level, Preflight.CheckPreemption(model).Level);

    [Fact]
    public async Task A_worker_refuses_a_trial_on_a_coarse_clock_before_it_makes_anything()
    {
        MeasureTrial trial = new()
        {
            Key = new TrialKey { ExperimentId = Guid.NewGuid(), Step = 0, Trial = 0, Attempt = 1 },
            Measure = Measure.OneWay,
            Cell = Cell.Empty.With(DataPlane.NoRules).With(0),
            Repetition = 0,
            Packets = 1,
            WarmupPackets = 0,
            RatePps = 1,
            FirstFlow = 0,
            Flows = 1,
            Seed = 1,
        };
        using TrialRunner runner =
            new(new LabNodeAccess(), TimeProvider.System, NullLogger<TrialRunner>.Instance) { KernelClock = s_hpet };

        ProbeUnavailableException refusal = await Assert.ThrowsAsync<ProbeUnavailableException>(
            () => runner.RunAsync(trial, new OneWayMethod(), TestContext.Current.CancellationToken));

        Assert.Contains("hpet", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("clocksource=tsc", refusal.Message, StringComparison.Ordinal);
        Assert.Empty(LabNetwork.List(trial.Key.ExperimentId));
    }

    private SystemFiles Files => new(_folder.Path);

    private void Put(string path, string text)
    {
        string file = _folder.File(path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text + "\n");
    }
}
