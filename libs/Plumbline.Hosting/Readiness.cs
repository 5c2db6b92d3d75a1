using System.Net;
using System.Net.Sockets;
using MassTransit;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Plumbline.Hosting;

public static class PostgresServices
{
    /// <summary>
    /// For a worker that needs the database. Checks its settings at the start; the worker is ready while the database
    /// answers.
    /// </summary>
    public static void AddPostgres(this IServiceCollection services)
    {
        services.AddCheckedOptions<PostgresOptions>(PostgresOptions.Section);
        services.AddHealthChecks().AddCheck<PostgresHealth>("postgres");
    }
}

/// <summary>Whether the database answers.</summary>
internal sealed class PostgresHealth(IConfiguration configuration) : IHealthCheck
{
    private const int PatienceSeconds = 3;

    public async Task<HealthCheckResult> CheckHealthAsync(
        HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            NpgsqlConnectionStringBuilder settings = new(PostgresOptions.Read(configuration))
            {
                Pooling = false,
                Timeout = PatienceSeconds,
                CommandTimeout = PatienceSeconds,
            };
            await using NpgsqlConnection connection = new(settings.ConnectionString);
            await connection.OpenAsync(cancellationToken);
            await using NpgsqlCommand command = new("SELECT 1", connection);
            await command.ExecuteScalarAsync(cancellationToken);
            return HealthCheckResult.Healthy();
        }
        catch (Exception exception) when (
            exception is NpgsqlException or SocketException or IOException or TimeoutException or ArgumentException)
        {
            string variable = CheckedOptions.Variable(
                PostgresOptions.Section, nameof(PostgresOptions.ConnectionString));
            return HealthCheckResult.Unhealthy(
                $"{variable}: the database does not answer: {exception.GetBaseException().Message}");
        }
    }
}

/// <summary>
/// Says why the bus has no broker: its host is unknown, or it does not answer there. Looks the host up only then.
/// </summary>
internal sealed class BrokerHostHealth(IBusControl bus, IOptions<BrokerOptions> options) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(
        HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        if (bus.CheckHealth().Status == BusHealthStatus.Healthy)
        {
            return HealthCheckResult.Healthy();
        }

        BrokerOptions broker = options.Value;
        try
        {
            IPAddress[] addresses = await Dns.GetHostAddressesAsync(broker.Host, cancellationToken);
            return HealthCheckResult.Unhealthy(
                $"{Variable}: no broker is connected at {broker.Host} ({addresses[0]}), port {broker.Port}");
        }
        catch (SocketException exception)
        {
            return HealthCheckResult.Unhealthy($"{Variable}: the host {broker.Host} is unknown ({exception.Message})");
        }
    }

    private static string Variable => CheckedOptions.Variable(BrokerOptions.Section, nameof(BrokerOptions.Host));
}

/// <summary>Logs each change: that the worker is ready, or that it is not and why.</summary>
internal sealed class ReadinessLog(ILogger<ReadinessLog> logger) : IHealthCheckPublisher
{
    /// <summary>MassTransit's own check says that something is missing. The other checks say what.</summary>
    private const string Bus = "masstransit-bus";

    private string? _logged;

    public Task PublishAsync(HealthReport report, CancellationToken cancellationToken)
    {
        string[] reasons =
        [
            .. report.Entries
                .Where(entry => entry.Key != Bus && entry.Value.Status != HealthStatus.Healthy)
                .Select(entry => entry.Value.Description ?? entry.Key),
        ];
        string now = report.Status == HealthStatus.Healthy ? ""
            : reasons.Length > 0 ? string.Join("; ", reasons)
            : report.Entries[Bus].Description ?? Bus;
        if (now == _logged)
        {
            return Task.CompletedTask;
        }

        _logged = now;
        if (now.Length == 0)
        {
            logger.LogInformation("ready");
        }
        else
        {
            logger.LogWarning("not ready: {Reason}", now);
        }

        return Task.CompletedTask;
    }
}
