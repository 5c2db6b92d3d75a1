using System.CommandLine;
using Plumbline.Bench;

RootCommand root = new("Plumbline's own speed, measured. Needs root; changes nothing outside network namespaces of its own.")
{
    Bench("probe-cost", "What one run of a probe program costs, by the kernel's accounting.", ProbeCost.RunAsync),
    Bench("throughput", "100,000 first packets a second: are any lost?", Throughput.RunAsync),
    Bench("programming", "How long 30,000 Services take to program and to read back.", Programming.RunAsync),
};
return await root.Parse(args).InvokeAsync();

static Command Bench(string name, string description, Func<CancellationToken, Task> run)
{
    Command command = new(name, description);
    command.SetAction((_, token) => run(token));
    return command;
}
