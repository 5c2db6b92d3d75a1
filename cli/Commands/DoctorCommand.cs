using System.CommandLine;
using Plumbline.NodeProbe;
using Spectre.Console;

namespace Plumbline.Cli.Commands;

/// <summary>`plumbline doctor`: what this machine can and cannot measure, and how to mend it.</summary>
internal static class DoctorCommand
{
    public static Command Create()
    {
        Command command = new("doctor", "Tell what this machine can and cannot measure, and how to mend it.");
        command.SetAction((_, _) => RunAsync());
        return command;
    }

    private static async Task<int> RunAsync()
    {
        IReadOnlyList<Finding> findings = await Requirements.CheckAllAsync();
        Table table = new Table().Border(TableBorder.None).HideHeaders().AddColumns("", "", "");
        foreach (Finding finding in findings)
        {
            string detail = finding.Remedy.Length > 0 ? $"{finding.Detail}\n→ {finding.Remedy}" : finding.Detail;
            table.AddRow(new Text(Word(finding.Level), Colour(finding.Level)), new Text(finding.What), new Text(detail));
        }

        AnsiConsole.Write(table);
        bool blocked = findings.Any(finding => finding.Level == FindingLevel.Blocking);
        bool limited = findings.Any(finding => finding.Level == FindingLevel.Limited);
        Console.WriteLine(blocked ? "This machine cannot run the lab yet." : limited ? "This machine can run the lab, with limits." : "This machine can run the lab.");
        return blocked ? ExitCode.CannotRun : ExitCode.Success;
    }

    private static string Word(FindingLevel level) => level switch
    {
        FindingLevel.Good => "ok",
        FindingLevel.Absent => "absent",
        FindingLevel.Limited => "limited",
        _ => "missing",
    };

    private static Style Colour(FindingLevel level) => level switch
    {
        FindingLevel.Good => new Style(Color.Green),
        FindingLevel.Absent => new Style(Color.Grey),
        FindingLevel.Limited => new Style(Color.Yellow),
        _ => new Style(Color.Red),
    };
}
