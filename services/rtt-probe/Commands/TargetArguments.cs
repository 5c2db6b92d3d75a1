using System.CommandLine;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Plumbline.Contracts;
using Plumbline.Linux;

namespace Plumbline.RttProbe.Commands;

/// <summary>Arguments of both commands: the target, the namespace to send from, and how long to wait.</summary>
internal sealed class TargetArguments
{
    private const int MostMs = 60_000;

    public Argument<string> Target { get; } = new("TARGET:PORT") { Description = "IPv4 address and port." };

    public Option<string?> Namespace { get; } = new("--netns")
    {
        Description = "Network namespace to send from, as `ip netns` names it. "
            + "Service rules apply to what arrives on the node, so send from where a pod would.",
    };

    public Option<int> TimeoutMs { get; }

    public Option<string?> Raw { get; } = new("--raw")
    {
        Description = "File for all latencies in ns, one a line, in the order of sending.",
    };

    public TargetArguments(int timeoutMs) =>
        TimeoutMs = new Option<int>("--timeout")
        {
            Description = "Milliseconds after which an answer is late.",
            DefaultValueFactory = _ => timeoutMs,
        };

    public void AddTo(Command command)
    {
        command.Add(Target);
        command.Add(TimeoutMs);
        command.Add(Namespace);
        command.Add(Raw);
    }

    /// <exception cref="CommandException">One of them is wrong.</exception>
    public (IPEndPoint Target, NetworkNamespace Where, TimeSpan Timeout) Read(ParseResult arguments)
    {
        string text = arguments.GetValue(Target)!;
        if (!IPEndPoint.TryParse(text, out IPEndPoint? target) || !text.Contains(':', StringComparison.Ordinal))
        {
            throw new CommandException(
                ExitCode.BadInput, $"'{text}' is not an address and port such as 10.96.0.10:80 (port 1 … 65,535)");
        }

        if (target.AddressFamily != AddressFamily.InterNetwork)
        {
            throw new CommandException(ExitCode.BadInput, $"'{text}': only IPv4 targets are supported");
        }

        if (target.Port == 0)
        {
            throw new CommandException(ExitCode.BadInput, $"'{text}': the port must be 1 … 65,535");
        }

        NetworkNamespace where = new(arguments.GetValue(Namespace));
        if (!where.Exists)
        {
            throw new CommandException(
                ExitCode.BadInput, $"--netns: there is no {where}; `ip netns list` shows all namespaces");
        }

        int timeoutMs = Between(arguments, TimeoutMs, 1, MostMs);
        return (target, where, TimeSpan.FromMilliseconds(timeoutMs));
    }

    /// <exception cref="CommandException">The option's value is not between the two.</exception>
    public static int Between(ParseResult arguments, Option<int> option, int least, int most)
    {
        int value = arguments.GetValue(option);
        return value >= least && value <= most
            ? value
            : throw new CommandException(
                ExitCode.BadInput,
                FormattableString.Invariant($"{option.Name}: {value} is not between {least:N0} and {most:N0}"));
    }

    /// <summary>The option's value, by the name that experiments use.</summary>
    /// <exception cref="CommandException">There is no such name.</exception>
    public static T Named<T>(ParseResult arguments, Option<string> option)
        where T : struct, Enum =>
        WireNames.TryParse(arguments.GetValue(option), out T value)
            ? value
            : throw new CommandException(
                ExitCode.BadInput,
                $"{option.Name}: '{arguments.GetValue(option)}' is not one of {string.Join(", ", WireNames.Of<T>())}");

    /// <exception cref="CommandException">The file cannot be written.</exception>
    public void WriteRaw(ParseResult arguments, IReadOnlyList<long> latenciesNs)
    {
        if (arguments.GetValue(Raw) is not { } path)
        {
            return;
        }

        try
        {
            File.WriteAllLines(path, latenciesNs.Select(each => each.ToString(CultureInfo.InvariantCulture)));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new CommandException(ExitCode.BadInput, $"--raw: {path} cannot be written: {exception.Message}");
        }
    }
}
