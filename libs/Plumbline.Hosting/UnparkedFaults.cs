using MassTransit;
using MassTransit.Middleware;

namespace Plumbline.Hosting;

public static class UnparkedFaults
{
    /// <summary>
    /// A command that comes too late, or is refused for a good reason, as the exception says, is not parked among the messages that somebody
    /// has to look at. It faults all the same, for a scheduler that does wait for it and tells the reason.
    /// </summary>
    public static void FaultUnparked<TAnswer>(this IReceiveEndpointConfigurator endpoint)
        where TAnswer : Exception => endpoint.ConfigureError(faulted =>
        {
            faulted.UseFilter(new GenerateFaultFilter());
            faulted.UseFilter(new ParkUnless<TAnswer>());
        });

    private sealed class ParkUnless<TAnswer> : IFilter<ExceptionReceiveContext>
        where TAnswer : Exception
    {
        private readonly IFilter<ExceptionReceiveContext> _park = new ErrorTransportFilter();

        public Task Send(ExceptionReceiveContext context, IPipe<ExceptionReceiveContext> next) =>
            context.Exception is TAnswer ? next.Send(context) : _park.Send(context, next);

        public void Probe(ProbeContext context) => context.CreateFilterScope("parkUnlessAnswer");
    }
}
