using System.CommandLine;
using Plumbline.Lab;
using Plumbline.Linux;

namespace Plumbline.Cli.Commands;

/// <summary>`plumbline cleanup`: removes what a killed lab has left.</summary>
internal static class CleanupCommand
{
    public static Command Create()
    {
        Command command = new("cleanup", "Remove what a killed lab has left. Touches nothing that is not Plumbline's, and no lab that runs.");
        command.SetAction((_, _) => RunAsync());
        return command;
    }

    private static async Task<int> RunAsync()
    {
        if (!LinuxUser.IsRoot)
        {
            throw new UserException(ExitCode.CannotRun, "plumbline cleanup needs root: run it with sudo");
        }

        using LabLock labLock = LabLock.TryTake()
            ?? throw new UserException(ExitCode.CannotRun, "a lab is running on this machine; stop it first (it removes what it made)");
        IReadOnlyList<string> removed = await LabNetwork.RemoveAsync();
        foreach (string name in removed)
        {
            Console.WriteLine($"removed network namespace {name}");
        }

        Console.WriteLine(removed.Count == 0 ? "nothing was left" : $"removed {removed.Count} network namespaces and all that was in them");
        return ExitCode.Success;
    }
}
