using System.CommandLine;
using Plumbline.Bench;
using Plumbline.Paths.Lab;

const int CannotRun = 3;

RootCommand root = new(
    "Plumbline's own speed, measured. Needs root; changes nothing outside network namespaces of its own.")
{
    Bench("probe-cost", "What one run of a probe program costs, by the kernel's accounting.", ProbeCost.RunAsync),
    Bench("throughput", "100,000 first packets a second: are any lost?", Throughput.RunAsync),
    Bench(
        "generators",
        "pktgen and AF_PACKET by turns: does it matter to a figure which of them sent?",
        Generators.RunAsync),
    Bench("programming", "How long 30,000 Services take to program and to read back.", Programming.RunAsync),
    Bench(
        "round-trip",
        "The round-trip probe beside a bare C program and hping3, on the same Services.",
        RoundTrip.RunAsync),
    Bench(
        "rtt-throughput",
        "20,000 and 30,000 round-trip probes a second: is each accounted for?",
        RttThroughput.RunAsync),
    Bench(
        "aggregator",
        "How many histograms a second are stored in PostgreSQL, by one connection and by two.",
        AggregatorThroughput.RunAsync),
    Bench(
        "step-overhead",
        "What the pipeline of processes takes beyond measuring and programming, for each trial and step.",
        StepOverhead.RunAsync,
        takesLock: false),
    Bench(
        "cluster-scaling",
        "How fast Services come to be in a cluster, beside the most that its API server gives.",
        ClusterScaling.RunApartAsync),
    Bench(
        "cluster-scaling-shared",
        "The same where API server and clients share their CPUs.",
        ClusterScaling.RunSharedAsync),
    Bench("resident", "Memory of each worker at rest, and after an experiment.", Resident.RunAsync, takesLock: false),
};

// After Ctrl-C, for a bench to remove what it has made.
return await root.Parse(args).InvokeAsync(
    new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromMinutes(1) });

// The pipeline's own service scaler takes the lock.
static Command Bench(string name, string description, Func<CancellationToken, Task> run, bool takesLock = true)
{
    Command command = new(name, description);
    command.SetAction(async (_, token) =>
    {
        try
        {
            using LabLock? labLock = !takesLock ? null : LabLock.TryTake() ?? throw new BenchException(
                "a lab is running on this machine; wait until it has ended");
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
