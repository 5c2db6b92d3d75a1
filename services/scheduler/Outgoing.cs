using MassTransit;

namespace Plumbline.Scheduler;

/// <summary>Publishes messages of the outbox on the bus, each with its own id.</summary>
internal static class Outgoing
{
    public static PublishMessage To(IPublishEndpoint bus) => (message, token) => bus.Publish(
        message.Message,
        message.Message.GetType(),
        Pipe.Execute<PublishContext>(context => context.MessageId = message.Id),
        token);
}
