using Microsoft.Extensions.Logging.Abstractions;
using Plumbline.EchoWorker.Lab;
using Plumbline.Paths.Lab;
using Plumbline.Linux;
using Plumbline.ServiceScaler.Lab;

namespace Plumbline.House.Tests;

/// <summary>Real rules of the tests' own data plane in a real lab node.</summary>
[Trait("Category", "Kernel")]
public sealed class Padded_lab_specs : IAsyncDisposable
{
    private readonly Guid _id = Guid.NewGuid();
    private readonly LabServiceCluster _cluster = new(new LabEchoEndpoints(), NullLogger<LabServiceCluster>.Instance);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private NetworkNamespace Node => LabNode.Of(_id, TestOnly.Plane.Name).Node;

    public async ValueTask DisposeAsync()
    {
        await _cluster.RemoveAsync(new RemoveServices { ExperimentId = _id }, CancellationToken.None);
        await _cluster.DisposeAsync();
        Assert.Empty(LabNetwork.List(_id));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(500)]
    public async Task The_steps_cell_reaches_the_rules(int padding)
    {
        Cell cell = Cell.Empty.With(20).With(TestOnly.Padding, $"{padding}");

        ProgrammedDataPlane programmed = await ScaleAsync(cell);

        Assert.Equal(cell.With(TestOnly.Plane.Name), programmed.Cell);
        Assert.Equal(20, programmed.Rules);
        Assert.Equal(padding, await PaddedPlane.CountPaddingAsync(Node, Token));
    }

    [Fact]
    public async Task The_node_is_detected_as_one_of_the_registered_data_plane()
    {
        await ScaleAsync(Cell.Empty.With(20));

        DetectedDataPlane found = DetectedDataPlane.Of(await DataPlaneDetector.ReadAsync(Node, Token));

        Assert.Equal((TestOnly.Plane.Name, 20, null), (found.DataPlane, found.Rules, found.Refusal));
        Assert.Empty(found.Leftovers);
    }

    [Fact]
    public async Task Rules_are_read_back_in_the_order_they_were_written()
    {
        await ScaleAsync(Cell.Empty.With(20));

        ServiceRuleSet rules = await TestOnly.Plane.ReadAsync(Node, Token);

        Assert.Equal(
            LabServices.Build(Step(Cell.Empty.With(20)), TestOnly.Plane).Select(port => (port.ClusterIp, port.Name)),
            rules.Rules.Select(rule => (rule.ClusterIp, rule.Name)));
        Assert.Contains(
            $"ip daddr {Ipv4.Format(rules.Rules[7].ClusterIp)} ",
            await TestOnly.Plane.ReadTextAsync(Node, rules.Rules[7], Token),
            StringComparison.Ordinal);
    }

    private async Task<ProgrammedDataPlane> ScaleAsync(Cell cell)
    {
        Assert.SkipUnless(LinuxUser.IsRoot, "needs root for network namespaces and rules");
        return Assert.Single((await _cluster.ScaleAsync(Step(cell), Token)).DataPlanes);
    }

    private ScaleStep Step(Cell cell) => new()
    {
        ExperimentId = _id,
        Step = 1,
        Cell = cell,
        DataPlanes = [TestOnly.Plane.Name],
        NftablesDialect = NftablesDialect.V136,
        EndpointsPerService = 1,
        PortsPerService = 1,
        Seed = 1,
    };
}
