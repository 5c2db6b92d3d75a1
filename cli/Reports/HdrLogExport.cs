using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using HdrHistogram;
using Plumbline.Contracts;
using Plumbline.Results;

namespace Plumbline.Cli.Reports;

/// <summary>
/// The experiment as an HdrHistogram log (format 1.3), which HdrHistogram's own tools read: a tagged interval histogram for each
/// accepted attempt and stage, in ns. Flagged attempts are left out: nothing in the format could say that they are not to be
/// trusted.
/// </summary>
internal static class HdrLogExport
{
    /// <summary>A tenth of a percent: what is lost to it is less than the buckets have lost already.</summary>
    private const int SignificantDigits = 3;

    /// <summary>The range that latencies are counted in; see docs/formats.md.</summary>
    private const long HighestNs = 1L << 36;

    public static void Write(ExperimentResults results, Stream stream)
    {
        HistogramBase[] histograms =
        [
            .. from attempt in results.AcceptedAttempts()
               orderby attempt.Conditions.StartedAt
               from latency in attempt.Latencies
               where latency.Count > 0
               select Histogram(attempt, latency),
        ];
        using MemoryStream written = new();
        HistogramLogWriter.Write(written, results.Summary.StartedAt.UtcDateTime, histograms);
        WriteAscii(written.ToArray(), stream);
    }

    /// <summary>The package writes UTF-16, which it alone can read; HdrHistogram's other tools expect bytes.</summary>
    private static void WriteAscii(byte[] written, Stream stream)
    {
        using StreamReader reader = new(new MemoryStream(written), detectEncodingFromByteOrderMarks: true);
        using StreamWriter writer = new(stream, Encoding.ASCII, leaveOpen: true) { NewLine = "\n" };
        while (reader.ReadLine() is { } line)
        {
            int payload = line.LastIndexOf(',') + 1;
            writer.WriteLine(line.StartsWith("Tag=", StringComparison.Ordinal) ? line[..payload] + Completed(line[payload..]) : line);
        }
    }

    /// <summary>
    /// The package leaves out the checksum that a zlib stream ends with, which zlib itself refuses. A payload is a cookie, the
    /// stream's length, and the stream: two bytes of header, then deflate.
    /// </summary>
    private static string Completed(string base64)
    {
        const int beforeStream = 8;
        const int zlibHeader = 2;
        byte[] payload = Convert.FromBase64String(base64);
        using MemoryStream completed = new();
        completed.Write(payload, 0, beforeStream);
        using (DeflateStream deflated = new(new MemoryStream(payload[(beforeStream + zlibHeader)..]), CompressionMode.Decompress))
        using (ZLibStream zlib = new(completed, CompressionLevel.Optimal, leaveOpen: true))
        {
            deflated.CopyTo(zlib);
        }

        byte[] bytes = completed.ToArray();
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(beforeStream - sizeof(int)), bytes.Length - beforeStream);
        return Convert.ToBase64String(bytes);
    }

    /// <summary>As <c>nftables/last/10000/prerouting</c>; the format forbids commas and spaces in it.</summary>
    public static string Tag(MeasureTrial trial, Stage stage) => string.Create(
        System.Globalization.CultureInfo.InvariantCulture,
        $"{trial.Cell.DataPlane.WireName()}/{trial.Cell.Position.WireName()}/{trial.Cell.Services}/{stage.WireName()}");

    private static LongHistogram Histogram(AttemptResult attempt, StageLatency latency)
    {
        LongHistogram histogram = new(1, HighestNs, SignificantDigits)
        {
            Tag = Tag(attempt.Trial, latency.Stage),
            StartTimeStamp = attempt.Conditions.StartedAt.ToUnixTimeMilliseconds(),
            EndTimeStamp = attempt.Conditions.StartedAt.ToUnixTimeMilliseconds() + Math.Max(1, attempt.Conditions.DurationNs / 1_000_000),
        };
        foreach (LatencyBucket bucket in latency.Buckets)
        {
            histogram.RecordValueWithCount(bucket.LowerNs + ((bucket.UpperNs - bucket.LowerNs) / 2), bucket.Count);
        }

        return histogram;
    }
}
