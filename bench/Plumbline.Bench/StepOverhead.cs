using System.Diagnostics;
using System.Text.Json;
using MathNet.Numerics.Statistics;
using Plumbline.Contracts;
using Plumbline.Store.Storage;

namespace Plumbline.Bench;

/// <summary>
/// Measures the overhead of a pipeline of processes, with a broker and a database between them. A trial's overhead is
/// the time from its figures to the next command. A step's overhead is the time from its last trial's figures to the
/// next step's command, plus the time from the scaler's answer to the first trial's command. Measuring and programming
/// do not count.
/// </summary>
internal static class StepOverhead
{
    private const string Spec =
        """
        {"services": [20, 40, 60, 80, 100, 120], "dataPlanes": ["nftables"], "positions": ["last"],
         "measure": ["one-way"], "builds": 1, "trials": 5, "packets": 500}
        """;

    public static async Task RunAsync(CancellationToken token)
    {
        await using RabbitMqServer broker = new();
        using PostgresServer postgres = new() { IsDurable = true };
        await using Pipeline.Tests.Pipeline pipeline = await Pipeline.Tests.Pipeline.StartAsync();
        await using PipelineWatch watch = await PipelineWatch.StartAsync(await pipeline.ConnectAsync(), token);

        // The first experiment only lets the workers compile their code.
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
                other => other.Timestamp > each.Timestamp
                    && other.Type == Answer(each.Type)
                    && Step(other) == Step(each));
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

        Console.WriteLine($"{"ms",-66} {"median",8} {"max",8} {"of",4}");
        Line("trial: from its figures until they are stored", stored);
        Line("trial: from its figures until the next trial's command", next);
        Line("trial: the worker's work before and after measuring", aroundMeasuring);
        Line("step: from its last trial's figures until the next step's command", toScale);
        Line("step: from its Services until the first trial's command", toMeasure);
        Console.WriteLine(
            $"overhead of a step (the last two lines): median {toScale.Median() + toMeasure.Median():F1} ms, "
            + $"at most {toScale.Max() + toMeasure.Max():F1} ms");
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
        Console.WriteLine($"{what,-66} {values.Median(),8:F1} {values.Max(),8:F1} {values.Count,4}");
}
