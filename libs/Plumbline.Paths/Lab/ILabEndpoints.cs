using Plumbline.Linux;

namespace Plumbline.Paths.Lab;

/// <summary>Serves what answers behind a lab node's Services.</summary>
public interface ILabEndpoints
{
    /// <summary>
    /// Answers on <see cref="LabNode.EndpointPort"/> in a node's endpoint namespace until the result is disposed of. No
    /// socket stays open then: an open one would keep the namespace alive after its name is gone.
    /// </summary>
    Task<IAsyncDisposable> ServeAsync(NetworkNamespace endpoints, CancellationToken token);
}
