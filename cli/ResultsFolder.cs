using System.CommandLine;
using Plumbline.Reports;

namespace Plumbline.Cli;

/// <summary>Where experiments' results lie: one database for all, and each one's reports beside it.</summary>
internal sealed record ResultsFolder(string Folder)
{
    public const string DefaultPath = "plumbline-results";

    /// <summary>The flag that names it.</summary>
    public static Option<string> Option() => new("--out")
    {
        Description = "Folder of the database and the reports.",
        DefaultValueFactory = _ => DefaultPath,
    };

    public string Database => Path.Combine(Folder, "plumbline.db");

    /// <param name="name">As <see cref="ReportName"/> has it.</param>
    public string Report(string name, string extension) => Path.Combine(Folder, $"{name}.{extension}");

    /// <summary>Finds out, before anything is measured, whether the folder can be made and written; leaves nothing behind.</summary>
    /// <exception cref="UserException">It cannot.</exception>
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

        string probe = Path.Combine(existing, $".plumbline-{Environment.ProcessId}");
        try
        {
            File.WriteAllText(probe, "");
            File.Delete(probe);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new UserException(ExitCode.BadInput, $"--out: {existing} cannot be written: {exception.Message}");
        }
    }
}
