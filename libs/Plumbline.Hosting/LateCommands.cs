using MassTransit;
using MassTransit.Middleware;

namespace Plumbline.Hosting;

public static class LateCommands
{
    /// <summary>
    /// A command that comes too late, as the exception says, is not parked among the messages that somebody has to look at. It faults
    /// all the same, for a scheduler that does wait for it.
    /// </summary>
    public static void ForgetLateCommands<TTooLate>(this IReceiveEndpointConfigurator endpoint)
        where TTooLate : Exception => endpoint.ConfigureError(faulted =>
        {
            faulted.UseFilter(new GenerateFaultFilter());
            faulted.UseFilter(new ParkUnless<TTooLate>());
        });

    private sealed class ParkUnless<TTooLate> : IFilter<ExceptionReceiveContext>
        where TTooLate : Exception
    {
        private readonly IFilter<ExceptionReceiveContext> _park = new ErrorTransportFilter();

        public Task Send(ExceptionReceiveContext context, IPipe<ExceptionReceiveContext> next) =>
            context.Exception is TTooLate ? next.Send(context) : _park.Send(context, next);

        public void Probe(ProbeContext context) => context.CreateFilterScope("parkUnlessLate");
    }
}
