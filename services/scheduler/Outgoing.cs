using MassTransit;

namespace Plumbline.Scheduler;

/// <summary>Messages of the outbox on their way to the bus.</summary>
internal static class Outgoing
{
    public static PublishMessage To(IPublishEndpoint bus) => (message, token) =>
        bus.Publish(message.Message, message.Message.GetType(), Pipe.Execute<PublishContext>(context => context.MessageId = message.Id), token);
}
