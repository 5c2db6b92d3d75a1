using MassTransit;
using Plumbline.Contracts;
using Plumbline.Hosting;
using Plumbline.DataPlanes;
using Plumbline.Paths;
using Plumbline.Trials;
using Plumbline.Paths.Cluster;

namespace Plumbline.NodeProbe.Cluster;

/// <summary>
/// Answers the service scaler's questions about this node's rules. Other nodes' workers answer for theirs.
/// </summary>
internal sealed class NodeQuestionsConsumer(WorkerNode worker, KubeProxyMetrics kubeProxy)
    : IConsumer<ReadNodeDataPlane>, IConsumer<CountNodeRules>
{
    public async Task Consume(ConsumeContext<ReadNodeDataPlane> context)
    {
        if (context.Message.Node != worker.Node)
        {
            return;
        }

        DetectedDataPlane found = DetectedDataPlane.Of(
            await DataPlaneDetector.ReadAsync(worker.Namespace, context.CancellationToken));
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
        if (context.Message.Node?.Name == worker.Node)
        {
            await context.RespondAsync(await CountAsync(context.Message, context.CancellationToken));
        }
    }

    private async Task<NodeRulesCounted> CountAsync(CountNodeRules question, CancellationToken token)
    {
        ExperimentRules rules = await ExperimentRules.ReadAsync(
            worker.Namespace, KnownDataPlanes.Of(question.DataPlane), question.Node.ServiceNamespace, token);
        NodeRulesCounted counted = new() { Node = worker.Node!, Rules = rules.Own, AllRules = rules.All };
        return counted.Rules != question.Wanted ? counted : counted with
        {
            IsNewestAnswered = question.Newest is { } newest
                ? await SentinelCheck.IsAnsweredAsync(
                    worker.Namespace, question.ExperimentId, question.Node, newest, token)
                : null,
            KubeProxy = await kubeProxy.ReadAsync(token),
        };
    }
}

/// <summary>
/// Questions have a queue of their own, beside the trials' queue: an overdue trial must not keep the scaler waiting.
/// </summary>
internal sealed class NodeQuestionsConsumerDefinition : ConsumerDefinition<NodeQuestionsConsumer>
{
    private readonly WorkerNode _worker;

    public NodeQuestionsConsumerDefinition(WorkerNode worker)
    {
        _worker = worker;
        EndpointName = worker.QueueOf("node-questions");
        ConcurrentMessageLimit = 1;
    }

    protected override void ConfigureConsumer(
        IReceiveEndpointConfigurator endpointConfigurator,
        IConsumerConfigurator<NodeQuestionsConsumer> consumerConfigurator,
        IRegistrationContext context) => endpointConfigurator.ForgetQueueOfGoneNode(_worker.Node);
}
