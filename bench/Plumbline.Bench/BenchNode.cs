using Microsoft.Extensions.Logging.Abstractions;
using Plumbline.Contracts;
using Plumbline.NodeProbe;
using Plumbline.NodeProbe.Lab;
using Plumbline.ServiceScaler.Lab;

namespace Plumbline.Bench;

/// <summary>A lab node with Services on it, removed at the end.</summary>
internal sealed class BenchNode : IAsyncDisposable
{
    private readonly Guid _experimentId = Guid.NewGuid();
    private readonly LabServiceCluster _cluster = new(NullLogger<LabServiceCluster>.Instance);
    private readonly DataPlane _dataPlane;

    private BenchNode(DataPlane dataPlane) => _dataPlane = dataPlane;

    public Plumbline.Lab.LabNode Node => Plumbline.Lab.LabNode.Of(_experimentId, _dataPlane);

    public ProgrammedDataPlane Programmed { get; private set; } = null!;

    public static async Task<BenchNode> CreateAsync(DataPlane dataPlane, int services, NftablesDialect dialect, CancellationToken token)
    {
        BenchNode node = new(dataPlane);
        ScaleStep step = new()
        {
            ExperimentId = node._experimentId,
            Step = 0,
            Services = services,
            DataPlanes = [dataPlane],
            NftablesDialect = dialect,
            EndpointsPerService = 1,
            Protocols = [ServiceProtocol.Udp],
            Seed = 1,
        };
        try
        {
            node.Programmed = (await node._cluster.ScaleAsync(step, token)).Single();
            return node;
        }
        catch
        {
            await node.DisposeAsync();
            throw;
        }
    }

    public Task<TrafficEntry> EnterAsync() => new LabNodeAccess().EnterAsync(_experimentId, _dataPlane);

    public async ValueTask DisposeAsync()
    {
        await _cluster.RemoveAsync(_experimentId, CancellationToken.None);
        _cluster.Dispose();
    }
}
