using System.CommandLine;
using Plumbline.Hosting;
using Plumbline.RttProbe;
using Plumbline.RttProbe.Commands;

RootCommand root = new(
    """
    The round-trip probe. Without a command it is a worker of the pipeline (settings: PLUMBLINE_BROKER__HOST and so on) and
    measures what experiments say; with one it probes one target, as hping3 does but with kernel timestamps.

    Examples:
      sudo rtt-probe ping 10.96.0.10:80                     SYNs, each from a source port of its own
      sudo rtt-probe ping 10.96.0.10:7 --mode udp-echo      datagrams that the target sends back
      rtt-probe grpc 10.96.0.10:7000 --rps 100              requests to an echo worker

    Exit codes: 0 all were answered in time; 1 none was, or the target cannot be reached; 2 wrong input; 3 the machine lacks
    something; 4 some were not answered in time; 130 stopped by a signal.
    """)
{
    PingCommand.Create(),
    GrpcCommand.Create(),
};
root.SetAction((_, _) => WorkerHost.RunAsync(
    "rtt-probe",
    [],
    (services, configuration) => services.AddRttProbeSettings(ProbeOptions.NodeIn(configuration)),
    (bus, configuration) => bus.AddRttProbe(ProbeOptions.NodeIn(configuration))));
ParseResult arguments = root.Parse(args);
try
{
    if (arguments.Errors.Count > 0)
    {
        throw new CommandException(ExitCode.BadInput, string.Join(Environment.NewLine, arguments.Errors.Select(error => error.Message)));
    }

    return await arguments.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
}
catch (CommandException exception)
{
    Console.Error.WriteLine($"rtt-probe: {exception.Message}");
    return exception.ExitCode;
}
