using Plumbline.Cli.Pipeline;
using Plumbline.Hosting;
using Plumbline.NodeProbe;

namespace Plumbline.Cli.Cluster;

/// <summary>Whether broker and database can be reached from here, which `run`, `watch` and `report --postgres` need; of the workers themselves, their readiness tells.</summary>
internal sealed class ServersCheck : IClusterCheck
{
    public string What => "broker";

    public async Task<IReadOnlyList<Finding>> CheckAsync(CancellationToken token) => [await CheckBrokerAsync(), CheckDatabase()];

    private async Task<Finding> CheckBrokerAsync()
    {
        BrokerOptions broker = PipelineSettings.ReadBroker();
        await using SchedulerClient client = new(broker);
        try
        {
            await client.DemandBrokerAsync();
            return new Finding(What, FindingLevel.Good, $"RabbitMQ at {broker.Host}:{broker.Port} answers");
        }
        catch (UserException exception)
        {
            return new Finding(What, FindingLevel.Limited, $"from here, {exception.Message}", "kubectl -n plumbline port-forward service/rabbitmq 5672");
        }
    }

    private static Finding CheckDatabase()
    {
        const string what = "database";
        if (!PipelineSettings.HasPostgres)
        {
            return new Finding(what, FindingLevel.Absent, "PLUMBLINE_POSTGRES__CONNECTIONSTRING does not say where it is, so reports are not shown here");
        }

        try
        {
            ResultsSource.DemandPostgresReachable();
            return new Finding(what, FindingLevel.Good, "PostgreSQL answers");
        }
        catch (UserException exception)
        {
            return new Finding(what, FindingLevel.Limited, $"from here, {exception.Message}", "kubectl -n plumbline port-forward service/postgres 5432");
        }
    }
}
