using System.CommandLine;
using Plumbline.Cli;
using Plumbline.Cli.Commands;
using Spectre.Console;

const int UnwrappedWidth = 240;

Console.SetOut(new ForgivingWriter(Console.Out));
Console.SetError(new ForgivingWriter(Console.Error));
if (Console.IsOutputRedirected)
{
    // Lines in a file or a pipe do not wrap.
    AnsiConsole.Profile.Width = UnwrappedWidth;
}

RootCommand root = new(
    """
    Plumbline measures what a Kubernetes Service costs a packet, in the kernel.

    On this machine, in a lab:

      sudo plumbline doctor                        check what this machine can measure
      sudo plumbline lab                           compare the data planes (two minutes)
      sudo plumbline lab --services 100,30000      at other numbers of Services
      sudo plumbline lab experiment.yaml           from an experiment file
      sudo plumbline trace                         follow two packets of a flow, stage by stage
      sudo plumbline cleanup                       remove leftovers of a killed lab

    Results:

      plumbline list                               list the experiments measured so far
      plumbline report ID                          show the table again and write the reports
      plumbline report ID --format md              as md, csv, json, html, prom or svg
      plumbline compare A B --threshold p99=+5%    compare two; exit code 5 if B is slower

    With a pipeline (docs/pipeline.md). Needs no root:

      plumbline run experiment.yaml                measure and watch; --detach does not watch
      plumbline status                             show what runs, waits, or has ended
      plumbline watch ID                           watch to the end
      plumbline cancel ID                          cancel, and wait until everything is removed
      plumbline rerun ID --step 2 --stage rtt      repeat one stage of one step
      plumbline report ID --postgres               read the pipeline's Postgres; also list, compare

    In a Kubernetes cluster (docs/cluster-setup.md). Needs no root:

      plumbline doctor --cluster                   check each component
      plumbline cleanup --cluster                  remove leftovers of finished experiments

    Exit codes:
      0    success
      1    the experiment failed
      2    wrong input; nothing was created
      3    the machine or cluster lacks something, or the pipeline does not answer; nothing was created
      4    completed, but some trials could not be trusted
      5    B exceeds a threshold of compare
      130  stopped or cancelled; everything was removed (a command that only watched: the experiment continues)
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

    return await arguments.InvokeAsync(
        new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null });
}
catch (UserException exception)
{
    Console.Error.WriteLine($"plumbline: {exception.Message}");
    return exception.ExitCode;
}
