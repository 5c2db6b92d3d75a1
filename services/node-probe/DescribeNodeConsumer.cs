using MassTransit;
using Plumbline.Contracts;
using Plumbline.Hosting;
using Plumbline.Paths;
using Plumbline.Trials;

namespace Plumbline.NodeProbe;

/// <summary>Describes the machine that an experiment is measured on.</summary>
internal sealed class DescribeNodeConsumer(WorkerNode worker) : IConsumer<ExperimentStarted>
{
    public async Task Consume(ConsumeContext<ExperimentStarted> context)
    {
        IReadOnlyList<string> nodes = context.Message.Spec.Nodes;
        if (worker.Node is { } node ? !nodes.Contains(node) : nodes.Count > 0)
        {
            return;
        }

        NodeDescribed described = new()
        {
            ExperimentId = context.Message.ExperimentId,
            Node = worker.Node,
            Machine = await NodeDescription.ReadAsync(),
        };
        await context.Publish(described, context.CancellationToken);
    }
}

internal sealed class DescribeNodeConsumerDefinition : ConsumerDefinition<DescribeNodeConsumer>
{
    private readonly WorkerNode _worker;

    public DescribeNodeConsumerDefinition(WorkerNode worker)
    {
        _worker = worker;
        EndpointName = worker.QueueOf("node-probe-description");
    }

    protected override void ConfigureConsumer(
        IReceiveEndpointConfigurator endpointConfigurator,
        IConsumerConfigurator<DescribeNodeConsumer> consumerConfigurator,
        IRegistrationContext context) => endpointConfigurator.ForgetQueueOfGoneNode(_worker.Node);
}
