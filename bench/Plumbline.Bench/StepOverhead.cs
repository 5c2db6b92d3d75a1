using System.Diagnostics;
using System.Text.Json;
using MathNet.Numerics.Statistics;
using Plumbline.Contracts;
using Plumbline.Store.Storage;

namespace Plumbline.Bench;

/// <summary>
/// What it costs that the workers are processes with a broker and a database between them. For a trial: from its command to the next
/// command, without the time in which it was measured (<c>TrialConditions.DurationNs</c>) and without what the probe prepares and
/// looks at around that. For a step: from its last trial's figures to the command of the next step, and from the answer of the
/// scaler to the first trial's command; what the scaler does in between is programming.
/// </summary>
internal static class StepOverhead
{
    private const string Spec =
        """{"services": [20, 40, 60, 80, 100, 120], "dataPlanes": ["nftables"], "positions": ["last"], "probes": ["one-way"], "trials": 5, "packets": 500}""";

    public static async Task RunAsync(CancellationToken token)
    {
        await using RabbitMqServer broker = new();
        using PostgresServer postgres = new() { IsDurable = true };
        await using Pipeline.Tests.Pipeline pipeline = await Pipeline.Tests.Pipeline.StartAsync();
        await using PipelineWatch watch = await PipelineWatch.StartAsync(await pipeline.ConnectAsync(), token);

        // The first experiment has the workers' code compiled.
        foreach (bool isMeasured in (bool[])[false, true])
        {
            int before = watch.Seen.Count;
            Guid id = await pipeline.RequestExperimentAsync(Spec);
            string state = await pipeline.WaitForEndAsync(id);
            if (state != "completed")
            {
                throw new BenchException($"the experiment ended as {state}");
            }

            if (isMeasured)
            {
                Print([.. watch.Seen.Skip(before)]);
            }
        }
    }

    private static void Print(IReadOnlyList<Seen> seen)
    {
        Seen[] chain = [.. seen.OrderBy(each => each.Timestamp)];
        List<double> stored = [], next = [], aroundMeasuring = [], toScale = [], toMeasure = [];
        for (int i = 0; i < chain.Length; i++)
        {
            Seen each = chain[i];
            Seen? answer = Array.Find(
                chain,
                other => other.Timestamp > each.Timestamp && other.Type == Answer(each.Type) && Step(other) == Step(
                    each));
            if (answer is null)
            {
                continue;
            }

            double ms = Stopwatch.GetElapsedTime(each.Timestamp, answer.Timestamp).TotalMilliseconds;
            switch (each.Type)
            {
                case "MeasureTrial":
                    aroundMeasuring.Add(
                        ms - (answer.Message.GetProperty("conditions").GetProperty("durationNs").GetInt64() / 1e6));
                    break;
                case "TrialMeasured":
                    stored.Add(ms);
                    break;
                case "ServicesScaled":
                    toMeasure.Add(ms);
                    break;
            }
        }

        foreach (Seen each in chain.Where(each => each.Type == "TrialMeasured"))
        {
            Seen? command = Array.Find(
                chain, other => other.Timestamp > each.Timestamp && other.Type is "MeasureTrial" or "ScaleStep");
            if (command is not null)
            {
                (command.Type == "ScaleStep" ? toScale : next).Add(
                    Stopwatch.GetElapsedTime(each.Timestamp, command.Timestamp).TotalMilliseconds);
            }
        }

        Console.WriteLine($"{"ms",-64} {"median",8} {"max",8} {"of",4}");
        Line("trial: figures there, until stored", stored);
        Line("trial: figures there, until the next trial's command", next);
        Line("trial: probe's work around the measuring itself", aroundMeasuring);
        Line("step: last trial's figures there, until the next step's command", toScale);
        Line("step: Services there, until the first trial's command", toMeasure);
        Console.WriteLine(
            $"overhead of a step (the last two lines): median {toScale.Median() + toMeasure.Median():F1} ms, at most {toScale.Max() + toMeasure.Max():F1} ms");
    }

    private static string Answer(string type) => type switch
    {
        "MeasureTrial" => "TrialMeasured",
        "TrialMeasured" => "TrialStored",
        "ServicesScaled" => "MeasureTrial",
        _ => "",
    };

    private static int Step(Seen seen)
    {
        JsonElement holder = seen.Type == "TrialMeasured" ? seen.Message.GetProperty("trial") : seen.Message;
        return (holder.TryGetProperty("key", out JsonElement key) ? key : holder).GetProperty("step").GetInt32();
    }

    private static void Line(string what, List<double> values) =>
        Console.WriteLine($"{what,-64} {values.Median(),8:F1} {values.Max(),8:F1} {values.Count,4}");
}
