using System.CommandLine;
using Plumbline.Hosting;
using Plumbline.RttProbe;
using Plumbline.RttProbe.Commands;

RootCommand root = new(
    """
    Measures round trips. With a command it measures one target, like hping3 but with kernel timestamps.
    Without a command it is a worker of the pipeline. Its settings are environment variables such as
    PLUMBLINE_BROKER__HOST.

    Examples:
      sudo rtt-probe ping 10.96.0.10:80                     SYNs, each from its own source port
      sudo rtt-probe ping 10.96.0.10:7 --protocol udp       datagrams that the target sends back
      rtt-probe grpc 10.96.0.10:7000 --rps 100              requests to an echo worker

    Exit codes:
      0    all were answered in time
      1    none was answered in time, or the target is unreachable
      2    wrong input
      3    the machine lacks something
      4    some were not answered in time
      130  stopped by a signal
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
        string errors = string.Join(Environment.NewLine, arguments.Errors.Select(error => error.Message));
        throw new CommandException(ExitCode.BadInput, errors);
    }

    return await arguments.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
}
catch (CommandException exception)
{
    Console.Error.WriteLine($"rtt-probe: {exception.Message}");
    return exception.ExitCode;
}
