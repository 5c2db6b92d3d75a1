using System.CommandLine;
using Plumbline.Cli;
using Plumbline.Cli.Commands;
using Spectre.Console;

const int UnwrappedWidth = 240;

Console.SetOut(new ForgivingWriter(Console.Out));
Console.SetError(new ForgivingWriter(Console.Error));
if (Console.IsOutputRedirected)
{
    // Lines in a file or a pipe wrap nowhere.
    AnsiConsole.Profile.Width = UnwrappedWidth;
}

RootCommand root = new(
    """
    Plumbline measures what a Kubernetes Service costs a packet, in the kernel.

      sudo plumbline doctor                            what this machine can measure
      sudo plumbline lab                               compare iptables-legacy, iptables-nft and nftables (two minutes)
      sudo plumbline lab --services 100,30000          at other numbers of Services
      sudo plumbline lab experiment.yaml               as a file says
      sudo plumbline trace                             follow one packet, and the next of its flow, stage by stage
      plumbline list                                   experiments measured so far
      plumbline report ID                              table and reports of one of them again
      plumbline report ID --format md                  for a pull request; or csv, json, html, prom, svg
      plumbline compare A B --threshold p99=+5%        what differs between two of them; 5 if B is slower by more
      sudo plumbline cleanup                           remove what a killed lab has left

    With the workers apart (docs/pipeline.md), which needs no root:

      plumbline run experiment.yaml                    have them measure it; --detach does not watch
      plumbline status                                 what runs, what waits, what has ended
      plumbline watch ID                               how it goes, to the end
      plumbline cancel ID                              end it, and wait until nothing of it is left
      plumbline rerun ID --step 2 --stage rtt          do one stage of one step again
      plumbline report ID --postgres                   from their database; so do list and compare

    In a Kubernetes cluster (docs/cluster-setup.md), besides:

      plumbline doctor --cluster                       whether it is set up, part by part
      plumbline cleanup --cluster                      remove what experiments have left in it

    Exit codes: 0 success; 1 the experiment failed; 2 wrong input, nothing was created; 3 the machine or cluster lacks something, or
    the pipeline does not answer, nothing was created; 4 completed, but some trials could not be trusted; 5 a threshold of compare
    is exceeded; 130 stopped by a signal, everything was removed; or cancelled; or no longer watched, and it goes on.
    """)
{
    LabCommand.Create(),
    TraceCommand.Create(),
    RunCommand.Create(),
    StatusCommand.Create(),
    WatchCommand.Create(),
    CancelCommand.Create(),
    RerunCommand.Create(),
    ReportCommand.Create(),
    CompareCommand.Create(),
    ListCommand.Create(),
    DoctorCommand.Create(),
    CleanupCommand.Create(),
};

try
{
    ParseResult arguments = root.Parse(args);
    if (arguments.Errors.Count > 0)
    {
        foreach (System.CommandLine.Parsing.ParseError error in arguments.Errors)
        {
            Console.Error.WriteLine($"plumbline: {error.Message} See plumbline --help.");
        }

        return ExitCode.BadInput;
    }

    return await arguments.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null });
}
catch (UserException exception)
{
    Console.Error.WriteLine($"plumbline: {exception.Message}");
    return exception.ExitCode;
}
