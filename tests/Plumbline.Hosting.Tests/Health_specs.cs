using Npgsql;

namespace Plumbline.Hosting.Tests;

/// <summary>Health pages of real workers with a real broker and a real database.</summary>
public sealed class Health_specs
{
    [Fact]
    public async Task A_worker_is_ready_while_the_broker_answers_and_keeps_running_without_it()
    {
        RabbitMqServer broker = await RabbitMqServer.GetAsync();
        using Relay relay = new(broker.Host, broker.Port);
        relay.Cut();
        WorkerSettings settings = WorkerSettings.For(broker, await broker.CreateVirtualHostAsync());
        settings["BROKER__PORT"] = $"{relay.Port}";
        await using Worker worker = settings.Start("rtt-probe");

        await settings.UntilAsync("/healthz", 200, worker);
        Assert.Equal(503, await settings.GetAsync("/readyz"));

        relay.Join();
        await settings.UntilAsync("/readyz", 200, worker);

        relay.Cut();
        await settings.UntilAsync("/readyz", 503, worker);
        Assert.Equal(200, await settings.GetAsync("/healthz"));

        relay.Join();
        await settings.UntilAsync("/readyz", 200, worker);
        Assert.Equal(0, await worker.StopAsync());
    }

    [Theory]
    [InlineData("aggregator")]
    [InlineData("scheduler")]
    public async Task A_worker_that_needs_the_database_is_ready_while_the_database_answers_too(string name)
    {
        RabbitMqServer broker = await RabbitMqServer.GetAsync();
        using PostgresTestDatabase database = PostgresServer.CreateDatabase();
        NpgsqlConnectionStringBuilder connection = new(database.ConnectionString);
        using Relay relay = new(connection.Host!, connection.Port);
        connection.Port = relay.Port;
        WorkerSettings settings = WorkerSettings.For(broker, await broker.CreateVirtualHostAsync());
        settings["POSTGRES__CONNECTIONSTRING"] = connection.ConnectionString;
        await using Worker worker = settings.Start(name);

        await settings.UntilAsync("/readyz", 200, worker);

        relay.Cut();
        await settings.UntilAsync("/readyz", 503, worker);
        Assert.Equal(200, await settings.GetAsync("/healthz"));

        relay.Join();
        await settings.UntilAsync("/readyz", 200, worker);
    }
}
