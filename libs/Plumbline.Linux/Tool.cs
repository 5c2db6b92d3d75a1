using System.ComponentModel;
using System.Text;
using CliWrap;
using CliWrap.Buffered;

namespace Plumbline.Linux;

/// <summary>Runs a system tool (ip, nft, iptables…) in a network namespace.</summary>
public static class Tool
{
    /// <summary>Runs the tool to its end and returns its standard output.</summary>
    /// <param name="write">Writes the tool's standard input; null if it needs none.</param>
    /// <exception cref="ToolException">The tool is missing, or its exit status is not 0.</exception>
    public static async Task<string> RunAsync(
        NetworkNamespace where,
        string tool,
        IReadOnlyList<string> arguments,
        Action<TextWriter>? write = null,
        CancellationToken token = default)
    {
        (string program, IReadOnlyList<string> all) = CommandIn(where, tool, arguments);
        Command command = Cli.Wrap(program).WithArguments(all).WithValidation(CommandResultValidation.None);
        if (write is not null)
        {
            command = command.WithStandardInputPipe(PipeSource.Create(async (input, cancellation) =>
            {
                await using StreamWriter writer = new(
                    input, new UTF8Encoding(false), bufferSize: 64 * 1024, leaveOpen: true);
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
            throw new ToolException(program, arguments, where, exception);
        }
    }

    /// <summary>
    /// The command that runs a program in a network namespace. In a named one that is <c>ip netns exec</c>, which
    /// replaces itself by the program.
    /// </summary>
    public static (string Program, IReadOnlyList<string> Arguments) CommandIn(
        NetworkNamespace where, string program, IReadOnlyList<string> arguments) =>
        where.Name is null ? (program, arguments) : ("ip", ["netns", "exec", where.Name, program, .. arguments]);

    /// <summary>Finds a tool on the PATH; null if it is missing.</summary>
    public static string? Find(string tool) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':')
            .Select(folder => Path.Combine(folder, tool))
            .FirstOrDefault(File.Exists);
}
