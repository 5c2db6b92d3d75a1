using MassTransit;
using MassTransit.Middleware;

namespace Plumbline.Hosting;

public static class UnparkedFaults
{
    /// <summary>
    /// Does not park a command that is late, or refused for the reason that the exception gives: parked messages are
    /// those that somebody must look at. The command still faults, so a scheduler that waits for it reports the reason.
    /// </summary>
    /// <typeparam name="TAnswer">The exception that answers such a command.</typeparam>
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
