using MassTransit;
using Plumbline.Contracts;
using Plumbline.Hosting;
using Plumbline.Paths;
using Plumbline.Trials;

namespace Plumbline.NodeProbe;

/// <summary>Says on what machine the experiment will be measured.</summary>
internal sealed class DescribeNodeConsumer(WorkerNode place) : IConsumer<ExperimentStarted>
{
    public async Task Consume(ConsumeContext<ExperimentStarted> context)
    {
        if (place.Node is { } node ? !context.Message.Spec.Nodes.Contains(node) : context.Message.Spec.Nodes.Count > 0)
        {
            return;
        }

        NodeDescribed described = new()
        {
            ExperimentId = context.Message.ExperimentId,
            Node = place.Node,
            Machine = await NodeDescription.ReadAsync(),
        };
        await context.Publish(described, context.CancellationToken);
    }
}

internal sealed class DescribeNodeConsumerDefinition : ConsumerDefinition<DescribeNodeConsumer>
{
    private readonly WorkerNode _place;

    public DescribeNodeConsumerDefinition(WorkerNode place)
    {
        _place = place;
        EndpointName = place.QueueOf("node-probe-description");
    }

    protected override void ConfigureConsumer(
        IReceiveEndpointConfigurator endpointConfigurator,
        IConsumerConfigurator<DescribeNodeConsumer> consumerConfigurator,
        IRegistrationContext context) => endpointConfigurator.ForgetQueueOfGoneNode(_place.Node);
}
