using MassTransit;

namespace Plumbline.Scheduler.Tests;

/// <summary>A message that the fake services cannot handle. They throw, so the bus publishes a fault.</summary>
public sealed record Inability(Type Message)
{
    public const string Reason = "the device has no power";

    public static readonly Inability None = new(typeof(void));

    public void ThrowFor(object message)
    {
        if (message.GetType() == Message)
        {
            throw new InvalidOperationException(Reason);
        }
    }
}

/// <summary>Plays scaler, measuring workers and aggregator. Refuses trials of a step that is not set up.</summary>
public sealed class FakeServices(Inability inability, FakeNode node) :
    IConsumer<ScaleStep>, IConsumer<MeasureTrial>, IConsumer<TrialMeasured>, IConsumer<RemoveServices>
{
    public Task Consume(ConsumeContext<ScaleStep> context)
    {
        inability.ThrowFor(context.Message);
        node.Step = context.Message.Step;
        return context.Publish(new ServicesScaled
        {
            ExperimentId = context.Message.ExperimentId,
            Step = node.Step.Value,
            Remake = context.Message.Remake,
            DataPlanes = [],
        });
    }

    public Task Consume(ConsumeContext<MeasureTrial> context)
    {
        inability.ThrowFor(context.Message);
        return node.Step == context.Message.Key.Step
            ? context.Publish(Measured(context.Message))
            : throw new InvalidOperationException($"step {context.Message.Key.Step} is not on the node");
    }

    public Task Consume(ConsumeContext<TrialMeasured> context)
    {
        inability.ThrowFor(context.Message);
        MeasureTrial trial = context.Message.Trial;
        return context.Publish(new TrialStored
        {
            Key = trial.Key,
            Measure = trial.Measure,
            Cell = trial.Cell,
            Accepted = true,
            Flags = [],
            Remarks = [],
        });
    }

    public Task Consume(ConsumeContext<RemoveServices> context)
    {
        inability.ThrowFor(context.Message);
        node.Step = null;
        return context.Publish(new ServicesRemoved { ExperimentId = context.Message.ExperimentId });
    }

    private static TrialMeasured Measured(MeasureTrial trial) => new()
    {
        Trial = trial,
        Conditions = new TrialConditions
        {
            StartedAt = Life.Start,
            DurationNs = 1,
            Generator = "none",
            TimedBy = "none",
            AskedRatePps = trial.RatePps,
            AchievedRatePps = trial.RatePps,
            LatenessP50Ns = 0,
            LatenessP99Ns = 0,
            LatenessMaxNs = 0,
            TargetIndex = null,
            Target = "none",
            Rules = trial.Cell.Services,
            ConntrackCountBefore = 0,
            ConntrackMax = 1,
            Cpu = 0,
            Kernel = "none",
            StealNs = 0,
        },
        Counts = new TrialCounts
        {
            Sent = trial.Packets,
            SendErrors = 0,
            Arrived = trial.Packets,
            Measured = trial.Packets,
            FirstPackets = trial.Packets,
            NotFirstPackets = 0,
            Untracked = 0,
            Translated = trial.Packets,
            LostByReason = new Dictionary<string, long>(),
            Unaccounted = 0,
        },
        Histograms = [],
        Flags = [],
        Remarks = [],
    };
}

/// <summary>The step that is set up on the fake services' node. Null when none is.</summary>
public sealed class FakeNode
{
    public int? Step { get; set; }
}
