using System.Diagnostics;
using Grpc.Core;
using Plumbline.Echo;

namespace Plumbline.EchoWorker;

/// <summary>The gRPC echo. echo.proto describes its fields.</summary>
internal sealed class EchoService : Echo.Echo.EchoBase
{
    /// <summary>The most microseconds of work that one request may ask for.</summary>
    public const uint MaxWorkUs = 10_000_000;

    /// <exception cref="RpcException">
    /// InvalidArgument: the request asks for more work than <see cref="MaxWorkUs"/>.
    /// </exception>
    public override Task<EchoReply> Send(EchoRequest request, ServerCallContext context)
    {
        long begin = Stopwatch.GetTimestamp();
        long arrivedUnixNs = UnixNs();
        if (request.WorkUs > MaxWorkUs)
        {
            throw new RpcException(new Status(
                StatusCode.InvalidArgument, $"work_us: {request.WorkUs} is too large; use 0 … {MaxWorkUs}"));
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

    /// <summary>
    /// Keeps the CPU busy instead of sleeping: real work competes with the node's packets for the CPU.
    /// </summary>
    private static void Work(TimeSpan time, long begin, CancellationToken token)
    {
        while (Stopwatch.GetElapsedTime(begin) < time)
        {
            // The client is gone, or the server stops.
            token.ThrowIfCancellationRequested();
        }
    }

    private static long UnixNs() => (DateTime.UtcNow - DateTime.UnixEpoch).Ticks * TimeSpan.NanosecondsPerTick;
}
