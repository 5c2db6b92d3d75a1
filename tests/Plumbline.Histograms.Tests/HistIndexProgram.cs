using System.Diagnostics;
using System.Globalization;

namespace Plumbline.Histograms.Tests;

/// <summary>bpf/hist.h, compiled natively with hist_index.c, for one class of tests.</summary>
public sealed class HistIndexProgram : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("plumbline-test-").FullName;

    public HistIndexProgram()
    {
        string source = Repository.File("tests/Plumbline.Histograms.Tests/hist_index.c");
        Run("cc", ["-std=gnu11", "-O2", "-Wall", "-Wextra", "-Werror", "-o", Executable, source], input: "");
    }

    private string Executable => Path.Combine(_folder, "hist_index");

    /// <summary>The C side's index of each value, in the order of the values.</summary>
    public IReadOnlyList<(ulong Value, int Index)> IndicesOf(IEnumerable<ulong> values) =>
    [
        .. Run(Executable, [], string.Join('\n', values))
            .Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => line.Split(','))
            .Select(fields => (
                ulong.Parse(fields[0], CultureInfo.InvariantCulture),
                int.Parse(fields[1], CultureInfo.InvariantCulture))),
    ];

    /// <summary>The edges of every bucket, in the form of tests/golden/bucket-edges.csv.</summary>
    public string Edges() => Run(Executable, ["edges"], input: "");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static string Run(string program, IEnumerable<string> arguments, string input)
    {
        ProcessStartInfo start = new(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> error = process.StandardError.ReadToEndAsync();
        process.StandardInput.Write(input);
        process.StandardInput.Close();
        process.WaitForExit();
        return process.ExitCode == 0
            ? output.Result
            : throw new InvalidOperationException($"{program} ended with {process.ExitCode}: {error.Result}");
    }
}
