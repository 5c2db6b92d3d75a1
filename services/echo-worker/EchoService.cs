using System.Diagnostics;
using Grpc.Core;
using Plumbline.Echo;

namespace Plumbline.EchoWorker;

/// <summary>The gRPC echo; echo.proto says what its fields are.</summary>
internal sealed class EchoService : Echo.Echo.EchoBase
{
    /// <summary>Most microseconds of work that one request may ask for.</summary>
    public const uint MaxWorkUs = 10_000_000;

    /// <exception cref="RpcException">InvalidArgument: more work is asked for than <see cref="MaxWorkUs"/>.</exception>
    public override Task<EchoReply> Send(EchoRequest request, ServerCallContext context)
    {
        long begin = Stopwatch.GetTimestamp();
        long arrivedUnixNs = UnixNs();
        if (request.WorkUs > MaxWorkUs)
        {
            throw new RpcException(new Status(StatusCode.InvalidArgument, $"work_us must be at most {MaxWorkUs}, was {request.WorkUs}"));
        }

        Work(TimeSpan.FromMicroseconds(request.WorkUs), begin, context.CancellationToken);
        long answeredUnixNs = UnixNs();
        return Task.FromResult(new EchoReply
        {
            Payload = request.Payload,
            ArrivedUnixNs = arrivedUnixNs,
            AnsweredUnixNs = answeredUnixNs,
            WorkerNs = (long)Stopwatch.GetElapsedTime(begin).TotalNanoseconds,
        });
    }

    /// <summary>Keeps the CPU busy rather than sleep: a worker's work competes with the node's packets for it.</summary>
    private static void Work(TimeSpan time, long begin, CancellationToken token)
    {
        while (Stopwatch.GetElapsedTime(begin) < time)
        {
            // Whoever asked is gone, or the server stops.
            token.ThrowIfCancellationRequested();
        }
    }

    private static long UnixNs() => (DateTime.UtcNow - DateTime.UnixEpoch).Ticks * TimeSpan.NanosecondsPerTick;
}
