using System.Globalization;
using Plumbline.Linux;
using Plumbline.DataPlanes;
using Plumbline.Paths;
using Plumbline.Trials;

namespace Plumbline.Bench;

/// <summary>The bare C program (bench/round_trip_floor.c). Disposing it removes the compiled program.</summary>
internal sealed class RoundTripFloor : IDisposable
{
    private readonly string _folder;

    private RoundTripFloor(string folder) => _folder = folder;

    private string Program => Path.Combine(_folder, "round_trip_floor");

    /// <exception cref="BenchException">There is no compiler.</exception>
    public static async Task<RoundTripFloor> CompileAsync(CancellationToken token)
    {
        if (Tool.Find("gcc") is null)
        {
            throw new BenchException(
                "gcc is missing, which compiles the C program: apt-get install gcc libc6-dev");
        }

        RoundTripFloor floor = new(Directory.CreateTempSubdirectory("plumbline-bench-").FullName);
        try
        {
            string source = Path.Combine(AppContext.BaseDirectory, "round_trip_floor.c");
            await Tool.RunAsync(
                NetworkNamespace.Own, "gcc", ["-std=c11", "-O2", "-Wall", source, "-o", floor.Program], token: token);
            return floor;
        }
        catch
        {
            floor.Dispose();
            throw;
        }
    }

    /// <summary>Round trips of one run in ns: from transmit to receive stamp, and from call to receive stamp.</summary>
    /// <param name="sourceIp">Source address of all packets, in host byte order. Each has a port of its own.</param>
    public async Task<(long[] KernelNs, long[] FromSendNs)> RunAsync(
        TrafficEntry entry, uint sourceIp, uint destination, int warmup, int probes, CancellationToken token)
    {
        int[] numbers = [entry.DestinationPort, TrialScene.SendingCpu, warmup, probes];
        string output = await Tool.RunAsync(
            entry.Sender,
            Program,
            [
                entry.SenderDevice, Ipv4.Format(sourceIp), Ipv4.Format(destination),
                .. numbers.Select(each => each.ToString(CultureInfo.InvariantCulture)),
            ],
            token: token);
        long[][] lines =
        [
            .. output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .Select(line => line.Split(' ')
                    .Select(each => long.Parse(each, CultureInfo.InvariantCulture))
                    .ToArray()),
        ];
        return ([.. lines.Select(line => line[0])], [.. lines.Select(line => line[1])]);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
