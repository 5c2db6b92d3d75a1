using Plumbline.DataPlanes;

namespace Plumbline.Paths.Tests;

public sealed class Known_path_specs
{
    private static readonly Cell s_cell = Cell.Of(DataPlane.NoRules, 0, Position.None);

    [Fact]
    public void A_cell_that_names_no_path_has_the_default() =>
        Assert.Same(ClusterIpPath.Instance, KnownPaths.Of(s_cell));

    [Fact]
    public void The_known_paths_are_those_that_a_request_may_ask_for() => Assert.Equal(
        Axes.Path.Values, KnownPaths.All.Where(path => path is not TestPath).Select(path => path.Name));

    [Fact]
    public void An_unknown_path_is_refused_with_those_that_are_known() => Assert.StartsWith(
        "path carrier-pigeon is not one of cluster-ip",
        Assert.Throws<ArgumentException>(() => KnownPaths.Of(s_cell.With(Axes.Path, "carrier-pigeon"))).Message,
        StringComparison.Ordinal);

    [Fact]
    public void A_path_can_be_added_once()
    {
        TestPath path = new();
        KnownPaths.Register(path);

        Assert.Same(path, KnownPaths.Of(s_cell.With(Axes.Path, path.Name)));
        Assert.Throws<ArgumentException>(() => KnownPaths.Register(new TestPath()));
    }

    private sealed class TestPath : ITrafficPath
    {
        public string Name => "test-path";

        public Task<TrafficEntry> EnterAsync(
            INodeAccess access, Guid experimentId, DataPlane dataPlane, MeasuredNode? node, CancellationToken token) =>
            access.EnterAsPodAsync(experimentId, dataPlane, node, token);

        public Targets Choose(ServiceRuleSet rules, Position position, ServiceProtocol protocol, MeasuredNode? node) =>
            Targets.Endpoint(IpAddress.Parse("10.244.0.11"));
    }
}
