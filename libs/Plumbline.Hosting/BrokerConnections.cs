using MassTransit;
using RabbitMQ.Client;

namespace Plumbline.Hosting;

/// <summary>Connects to the broker that the settings name, with MassTransit's bus or without it.</summary>
public static class BrokerConnections
{
    /// <exception cref="IOException">The password's file cannot be read.</exception>
    public static void Host(this IRabbitMqBusFactoryConfigurator bus, BrokerOptions broker) =>
        bus.Host(broker.Host, (ushort)broker.Port, broker.VirtualHost, host =>
        {
            host.Username(broker.Username);
            host.Password(broker.ReadPassword());
        });

    /// <summary>Makes connections that do not recover by themselves: the caller opens a new one.</summary>
    /// <exception cref="IOException">The password's file cannot be read.</exception>
    public static ConnectionFactory ConnectionFactory(this BrokerOptions broker) => new()
    {
        HostName = broker.Host,
        Port = broker.Port,
        VirtualHost = broker.VirtualHost,
        UserName = broker.Username,
        Password = broker.ReadPassword(),
        AutomaticRecoveryEnabled = false,
    };
}
