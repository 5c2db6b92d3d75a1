namespace Plumbline.Hosting.Tests;

public sealed class Queue_specs
{
    [Fact]
    public async Task Every_queue_of_a_worker_has_its_own_time_limit_for_a_message()
    {
        RabbitMqServer broker = await RabbitMqServer.GetAsync();
        string virtualHost = await broker.CreateVirtualHostAsync();
        WorkerSettings settings = WorkerSettings.For(broker, virtualHost);
        await using Worker worker = settings.Start("rtt-probe");
        await settings.UntilAsync("/readyz", 200, worker);

        string listed = await broker.ControlAsync("-q", "list_queues", "-p", virtualHost, "name", "arguments");
        string[] queues = [.. listed
            .Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Where(line => line.Contains("rtt-probe", StringComparison.Ordinal)
                || line.Contains("cancel-experiment", StringComparison.Ordinal))];

        Assert.Contains(queues, queue => queue.StartsWith("rtt-probe\t", StringComparison.Ordinal));
        Assert.All(
            queues, queue => Assert.Contains("{\"x-consumer-timeout\",7200000}", queue, StringComparison.Ordinal));
    }
}
