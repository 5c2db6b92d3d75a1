using System.CommandLine;
using Plumbline.Bench;
using Plumbline.Paths.Lab;

const int CannotRun = 3;

RootCommand root = new(
    "Measure Plumbline's own speed. Works in network namespaces of its own. Needs root.")
{
    Bench("probe-cost", "Cost of one run of a kernel probe's program, by the kernel's accounting.", ProbeCost.RunAsync),
    Bench("throughput", "Losses at 100,000 first packets a second.", Throughput.RunAsync),
    Bench(
        "generators",
        "Figures of pktgen and AF_PACKET, which take turns.",
        Generators.RunAsync),
    Bench("programming", "Time to program 30,000 Services and to read them back.", Programming.RunAsync),
    Bench(
        "round-trip",
        "rtt-probe, a bare C program and hping3 on the same Services.",
        RoundTrip.RunAsync),
    Bench(
        "rtt-throughput",
        "Account of 20,000 and 30,000 round trips a second.",
        RttThroughput.RunAsync),
    Bench(
        "aggregator",
        "Histograms a second into PostgreSQL, by one connection and by two.",
        AggregatorThroughput.RunAsync),
    Bench(
        "step-overhead",
        "Time of the pipeline beyond measuring and programming, for each trial and step.",
        StepOverhead.RunAsync,
        takesLock: false),
    Bench(
        "cluster-scaling",
        "Services a second in a cluster, beside a saturating client.",
        ClusterScaling.RunApartAsync),
    Bench(
        "cluster-scaling-shared",
        "The same, with API server and clients on the same CPUs.",
        ClusterScaling.RunSharedAsync),
    Judge(
        "rerun",
        "How often runs of the same experiment contradict each other (bench/rerun).",
        ["results.db"],
        files => Rerun.Judge(files[0])),
    Judge(
        "planted",
        "How often a run finds a list that takes five percent longer (bench/rerun).",
        ["results.db"],
        files => Rerun.JudgePlanted(files[0])),
    Judge(
        "noise",
        "How many trials that were disturbed on purpose were flagged (bench/noise).",
        ["quiet.db", "disturbed.db", "times"],
        files => PlantedNoise.Judge(files[0], files[1], files[2])),
    Bench("resident", "Memory of each worker at rest, and after an experiment.", Resident.RunAsync, takesLock: false),
};

// After Ctrl-C, the time for a bench to remove what it created.
return await root.Parse(args).InvokeAsync(
    new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromMinutes(1) });

// With takesLock false, the pipeline's service scaler takes the lock.
static Command Bench(string name, string description, Func<CancellationToken, Task> run, bool takesLock = true)
{
    Command command = new(name, description);
    command.SetAction(async (_, token) =>
    {
        try
        {
            using LabLock? labLock = !takesLock ? null : LabLock.TryTake() ?? throw new BenchException(
                "a lab is running on this machine; wait until it ends");
            await run(token);
            return 0;
        }
        catch (BenchException exception)
        {
            Console.Error.WriteLine($"{name}: {exception.Message}");
            return CannotRun;
        }
    });
    return command;
}

// Judges results that are measured already.
static Command Judge(string name, string description, string[] files, Action<string[]> judge)
{
    Argument<string>[] arguments = [.. files.Select(file => new Argument<string>(file))];
    Command command = new(name, description);
    Array.ForEach(arguments, command.Add);
    command.SetAction(given => judge([.. arguments.Select(each => given.GetValue(each)!)]));
    return command;
}
