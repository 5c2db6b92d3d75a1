using MassTransit;

namespace Plumbline.Hosting;

/// <summary>
/// How a probe takes its trials: one at a time, for two would measure each other. A cluster's node has a queue of its own, which goes some
/// time after the node.
/// </summary>
/// <typeparam name="TGone">Thrown for a trial whose node is gone, which nobody has to look at.</typeparam>
public abstract class TrialConsumerDefinition<TConsumer, TGone> : ConsumerDefinition<TConsumer>
    where TConsumer : class, IConsumer
    where TGone : Exception
{
    private readonly string? _node;

    /// <param name="node">Null in the lab.</param>
    protected TrialConsumerDefinition(string queue, string? node)
    {
        _node = node;
        EndpointName = queue;
        ConcurrentMessageLimit = 1;
    }

    protected override void ConfigureConsumer(
        IReceiveEndpointConfigurator endpointConfigurator, IConsumerConfigurator<TConsumer> consumerConfigurator, IRegistrationContext context)
    {
        endpointConfigurator.PrefetchCount = 1;
        endpointConfigurator.FaultUnparked<TGone>();
        endpointConfigurator.ForgetQueueOfGoneNode(_node);
    }
}
