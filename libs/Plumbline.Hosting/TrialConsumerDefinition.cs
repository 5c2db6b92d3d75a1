using MassTransit;

namespace Plumbline.Hosting;

/// <summary>
/// Gives a worker one trial at a time, because two at once would measure each other. Each cluster node has a queue of
/// its own, which the broker deletes some time after the node is gone.
/// </summary>
/// <typeparam name="TGone">Thrown for a trial whose node is gone. Such a message needs nobody's attention.</typeparam>
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
        IReceiveEndpointConfigurator endpointConfigurator,
        IConsumerConfigurator<TConsumer> consumerConfigurator,
        IRegistrationContext context)
    {
        endpointConfigurator.PrefetchCount = 1;
        endpointConfigurator.FaultUnparked<TGone>();
        endpointConfigurator.ForgetQueueOfGoneNode(_node);
    }
}
