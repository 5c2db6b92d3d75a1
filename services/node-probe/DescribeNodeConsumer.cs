using MassTransit;
using Plumbline.Contracts;

namespace Plumbline.NodeProbe;

/// <summary>Says on what machine the experiment will be measured.</summary>
internal sealed class DescribeNodeConsumer : IConsumer<ExperimentStarted>
{
    public async Task Consume(ConsumeContext<ExperimentStarted> context)
    {
        NodeDescribed described = new()
        {
            ExperimentId = context.Message.ExperimentId,
            Machine = await NodeDescription.ReadAsync(),
        };
        await context.Publish(described, context.CancellationToken);
    }
}
