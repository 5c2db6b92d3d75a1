using MassTransit;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Plumbline.Scheduler;

/// <summary>Does the <see cref="SchedulerUpkeep"/> every second, once the bus runs. A second in which that fails is made up for in the next.</summary>
internal sealed class SchedulerUpkeepService(SchedulerUpkeep upkeep, IBusControl bus, TimeProvider clock, ILogger<SchedulerUpkeepService> logger)
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
                logger.LogInformation("{Reason}; the next second looks again", exception.Message);
            }
            catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
            {
                logger.LogWarning(exception, "the scheduler's upkeep failed; it is tried again in a second");
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }
}
