using Plumbline.Cli.Pipeline;
using Plumbline.Hosting;
using Plumbline.NodeProbe;

namespace Plumbline.Cli.Cluster;

/// <summary>
/// Checks that this machine reaches the broker and the database, as `run`, `watch` and `report --postgres` need. The
/// workers' own connections show in their readiness.
/// </summary>
internal sealed class ServersCheck : IClusterCheck
{
    public string What => "broker";

    public async Task<IReadOnlyList<Finding>> CheckAsync(CancellationToken token) =>
        [await CheckBrokerAsync(), CheckDatabase()];

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
            return new Finding(
                What,
                FindingLevel.Limited,
                $"from here, {exception.Message}",
                "kubectl -n plumbline port-forward service/rabbitmq 5672");
        }
    }

    private static Finding CheckDatabase()
    {
        const string what = "database";
        if (!PipelineSettings.HasPostgres)
        {
            return new Finding(
                what,
                FindingLevel.Absent,
                "PLUMBLINE_POSTGRES__CONNECTIONSTRING is not set, so no reports are shown here");
        }

        try
        {
            ResultsSource.DemandPostgresReachable();
            return new Finding(what, FindingLevel.Good, "PostgreSQL answers");
        }
        catch (UserException exception)
        {
            return new Finding(
                what,
                FindingLevel.Limited,
                $"from here, {exception.Message}",
                "kubectl -n plumbline port-forward service/postgres 5432");
        }
    }
}
