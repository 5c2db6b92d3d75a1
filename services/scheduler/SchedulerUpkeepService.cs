using MassTransit;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Plumbline.Scheduler;

/// <summary>
/// Runs the <see cref="SchedulerUpkeep"/> every second once the bus is up. A failed second is repeated in the next one.
/// </summary>
internal sealed class SchedulerUpkeepService(
    SchedulerUpkeep upkeep, IBusControl bus, TimeProvider clock, ILogger<SchedulerUpkeepService> logger)
    : BackgroundService
{
    private static readonly TimeSpan s_period = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await bus.WaitForHealthStatus(BusHealthStatus.Healthy, stoppingToken);
        using PeriodicTimer timer = new(s_period, clock);
        do
        {
            try
            {
                await upkeep.TickAsync(Outgoing.To(bus), stoppingToken);
            }
            catch (ExperimentChangedException exception)
            {
                logger.LogInformation("{Reason}; looking again in a second", exception.Message);
            }
            catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
            {
                logger.LogWarning(exception, "the scheduler's upkeep failed; trying again in a second");
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }
}
