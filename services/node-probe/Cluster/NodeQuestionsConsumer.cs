using MassTransit;
using Plumbline.Contracts;
using Plumbline.Hosting;
using Plumbline.DataPlanes;
using Plumbline.Paths;
using Plumbline.Trials;
using Plumbline.Paths.Cluster;

namespace Plumbline.NodeProbe.Cluster;

/// <summary>Answers what the service scaler asks of this node's rules; what it asks of others, their probes answer.</summary>
internal sealed class NodeQuestionsConsumer(WorkerNode place, KubeProxyMetrics kubeProxy) : IConsumer<ReadNodeDataPlane>, IConsumer<CountNodeRules>
{
    public async Task Consume(ConsumeContext<ReadNodeDataPlane> context)
    {
        if (context.Message.Node != place.Node)
        {
            return;
        }

        DetectedDataPlane found = DetectedDataPlane.Of(await DataPlaneDetector.ReadAsync(place.Namespace, context.CancellationToken));
        await context.RespondAsync(new NodeDataPlaneRead
        {
            Node = context.Message.Node,
            DataPlane = found.DataPlane,
            Dialect = found.Dialect,
            Rules = found.Rules,
            Refusal = found.Refusal,
            Leftovers = found.Leftovers,
            KubeProxy = await kubeProxy.ReadAsync(context.CancellationToken),
        });
    }

    public async Task Consume(ConsumeContext<CountNodeRules> context)
    {
        if (context.Message.Node?.Name == place.Node)
        {
            await context.RespondAsync(await CountAsync(context.Message, context.CancellationToken));
        }
    }

    private async Task<NodeRulesCounted> CountAsync(CountNodeRules question, CancellationToken token)
    {
        ExperimentRules rules = await ExperimentRules.ReadAsync(place.Namespace, KnownDataPlanes.Of(question.DataPlane), question.Node.ServiceNamespace, token);
        NodeRulesCounted counted = new() { Node = place.Node!, Rules = rules.Own, AllRules = rules.All };
        return counted.Rules != question.Wanted ? counted : counted with
        {
            IsNewestAnswered = question.Newest is { } newest ? await SentinelProbe.IsAnsweredAsync(place.Namespace, question.ExperimentId, question.Node, newest, token) : null,
            KubeProxy = await kubeProxy.ReadAsync(token),
        };
    }
}

/// <summary>A queue beside that of trials: questions come while there are none, but an overdue trial must not keep the scaler waiting.</summary>
internal sealed class NodeQuestionsConsumerDefinition : ConsumerDefinition<NodeQuestionsConsumer>
{
    private readonly WorkerNode _place;

    public NodeQuestionsConsumerDefinition(WorkerNode place)
    {
        _place = place;
        EndpointName = place.QueueOf("node-questions");
        ConcurrentMessageLimit = 1;
    }

    protected override void ConfigureConsumer(
        IReceiveEndpointConfigurator endpointConfigurator,
        IConsumerConfigurator<NodeQuestionsConsumer> consumerConfigurator,
        IRegistrationContext context) => endpointConfigurator.ForgetQueueOfGoneNode(_place.Node);
}
