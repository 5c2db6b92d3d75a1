using System.ComponentModel;
using System.Net;
using Plumbline.Paths.Lab;
using Plumbline.Linux;

namespace Plumbline.EchoWorker.Lab;

/// <summary>The endpoint of every Service of a lab node: the echo worker, in the lab's process.</summary>
public sealed class LabEchoEndpoints : ILabEndpoints
{
    /// <inheritdoc/>
    /// <exception cref="Win32Exception">The node's endpoint namespace does not exist.</exception>
    /// <exception cref="IOException">The port is in use there.</exception>
    public async Task<IAsyncDisposable> ServeAsync(NetworkNamespace endpoints, CancellationToken token)
    {
        EchoSockets sockets = await endpoints.RunAsync(() => EchoSockets.Open(IPAddress.Any, LabNode.EndpointPort));
        return await EchoServer.StartAsync(sockets, token: token);
    }
}
