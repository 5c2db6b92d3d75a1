using System.ComponentModel;
using System.Text;
using CliWrap;
using CliWrap.Buffered;

namespace Plumbline.Linux;

/// <summary>Runs one of the system's tools (ip, nft, iptables…) in a network namespace.</summary>
public static class Tool
{
    /// <summary>Runs the tool to its end and gives what it printed.</summary>
    /// <param name="write">Writes the tool's standard input; null for none.</param>
    /// <exception cref="ToolException">The tool is missing or ended with a status other than 0.</exception>
    public static async Task<string> RunAsync(
        NetworkNamespace where, string tool, IReadOnlyList<string> arguments, Action<TextWriter>? write = null, CancellationToken token = default)
    {
        Command command = where.Name is null
            ? Cli.Wrap(tool).WithArguments(arguments)
            : Cli.Wrap("ip").WithArguments(["netns", "exec", where.Name, tool, .. arguments]);
        command = command.WithValidation(CommandResultValidation.None);
        if (write is not null)
        {
            command = command.WithStandardInputPipe(PipeSource.Create(async (input, cancellation) =>
            {
                await using StreamWriter writer = new(input, new UTF8Encoding(false), bufferSize: 64 * 1024, leaveOpen: true);
                write(writer);
                await writer.FlushAsync(cancellation);
            }));
        }

        try
        {
            BufferedCommandResult result = await command.ExecuteBufferedAsync(token);
            return result.ExitCode == 0
                ? result.StandardOutput
                : throw new ToolException(tool, arguments, where, result.ExitCode, result.StandardError);
        }
        catch (Win32Exception exception)
        {
            throw new ToolException(where.Name is null ? tool : "ip", arguments, where, exception);
        }
    }

    /// <summary>Finds a tool on the PATH; null when it is missing.</summary>
    public static string? Find(string tool) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':')
            .Select(folder => Path.Combine(folder, tool))
            .FirstOrDefault(File.Exists);
}
