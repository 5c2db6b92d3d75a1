using System.CommandLine;
using Plumbline.Cli.Lab;
using Plumbline.Cli.Views;
using Plumbline.Contracts;
using Plumbline.Scheduler;
using Spectre.Console;

namespace Plumbline.Cli.Commands;

/// <summary>`plumbline lab`: measures an experiment on this machine and shows its report.</summary>
internal static class LabCommand
{
    public static Command Create()
    {
        ExperimentOptions options = new();
        Option<bool> verbose = new("--verbose") { Description = "Print the workers' logs to standard error." };
        Command command = new(
            "lab",
            "Measure data planes on this machine, in network namespaces of its own. Changes nothing else. Needs root.");
        options.AddTo(command);
        command.Add(verbose);
        command.SetAction((arguments, _) => RunAsync(
            options.Spec(arguments), new ResultsFolder(arguments.GetValue(options.Out)!), arguments.GetValue(verbose)));
        return command;
    }

    private static async Task<int> RunAsync(ExperimentSpec spec, ResultsFolder results, bool verbose)
    {
        if (spec.Nodes is { Count: > 0 })
        {
            throw new UserException(
                ExitCode.BadInput,
                "nodes: a lab has no cluster; measure a cluster's nodes with `plumbline run` (docs/cluster.md)");
        }

        if (ExperimentSpecValidator.Errors(spec) is { Count: > 0 } errors)
        {
            return Refuse(errors);
        }

        Requirements.Demand(spec);
        results.DemandWritable();
        (spec, string? leftOut) = await Requirements.WithoutMissingPlanesAsync(spec);
        if (leftOut is not null)
        {
            Console.Error.WriteLine($"plumbline: {leftOut}");
        }

        if (Requirements.DemandFunctionProbe(spec) is { } absent)
        {
            Console.Error.WriteLine($"plumbline: {absent}");
        }

        Guid experimentId = Guid.NewGuid();
        object end = Console.IsOutputRedirected
            ? await new LabRun(results, new PlainProgressView(Console.Out, spec), verbose).RunAsync(experimentId, spec)
            : await LiveProgressView.RunAsync(
                AnsiConsole.Console, spec, view => new LabRun(results, view, verbose).RunAsync(experimentId, spec));
        switch (end)
        {
            case ExperimentRejected rejected:
                return Refuse(rejected.Errors);
            case ExperimentCancelled:
                Console.Error.WriteLine("plumbline: stopped; everything is removed");
                return ExitCode.Cancelled;
            case ExperimentFailed failed:
                Console.Error.WriteLine($"plumbline: {failed.Reason}");
                return ExitCode.Failed;
            case ExperimentCompleted completed:
                ReportCommand.Show(ResultsSource.OfFolder(results), results, experimentId.ToString());
                return completed.GivenUpTrials == 0 ? ExitCode.Success : ExitCode.Incomplete;
            default:
                throw new InvalidOperationException($"an experiment does not end with {end.GetType().Name}");
        }
    }

    private static int Refuse(IEnumerable<FieldError> errors)
    {
        foreach (FieldError error in errors)
        {
            Console.Error.WriteLine($"plumbline: {error.Field}: {error.Message}");
        }

        return ExitCode.BadInput;
    }
}
