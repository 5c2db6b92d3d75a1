using System.CommandLine;
using Plumbline.Reports;

namespace Plumbline.Cli;

/// <summary>The folder of results: one database of all experiments, and their reports.</summary>
internal sealed record ResultsFolder(string Folder)
{
    public const string DefaultPath = "plumbline-results";

    /// <summary>The option that names it.</summary>
    public static Option<string> Option() => new("--out")
    {
        Description = "Folder of the database and the reports.",
        DefaultValueFactory = _ => DefaultPath,
    };

    public string Database => Path.Combine(Folder, "plumbline.db");

    /// <param name="name">From <see cref="ReportName"/>.</param>
    public string Report(string name, string extension) => Path.Combine(Folder, $"{name}.{extension}");

    /// <summary>Checks that the folder can be created and written. Creates nothing.</summary>
    /// <exception cref="UserException">It cannot be.</exception>
    public void DemandWritable()
    {
        string existing = Path.GetFullPath(Folder);
        while (!Directory.Exists(existing))
        {
            if (File.Exists(existing))
            {
                throw new UserException(ExitCode.BadInput, $"--out: {existing} is a file, not a folder");
            }

            existing = Path.GetDirectoryName(existing)!;
        }

        string trial = Path.Combine(existing, $".plumbline-{Environment.ProcessId}");
        try
        {
            File.WriteAllText(trial, "");
            File.Delete(trial);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new UserException(ExitCode.BadInput, $"--out: {existing} cannot be written: {exception.Message}");
        }
    }
}
