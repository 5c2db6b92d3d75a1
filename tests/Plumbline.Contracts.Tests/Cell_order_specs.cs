namespace Plumbline.Contracts.Tests;

public sealed class Cell_order_specs
{
    [Fact]
    public void The_baseline_comes_before_the_data_planes_and_these_come_by_name() => AssertInOrder(
        Cell.Of(DataPlane.NoRules, 9, Position.Last),
        Cell.Of(Planes.IptablesLegacy, 9, Position.Last),
        Cell.Of(Planes.IptablesNft, 9, Position.Last),
        Cell.Of(new DataPlane("ipvs"), 9, Position.Last),
        Cell.Of(Planes.Nftables, 9, Position.Last));

    [Fact]
    public void Data_planes_sort_like_their_cells()
    {
        DataPlane[] sorted = [DataPlane.NoRules, Planes.IptablesLegacy, Planes.IptablesNft, Planes.Nftables];

        Assert.Equal(sorted, sorted.Reverse().Order());
        Assert.Equal(sorted, sorted.Reverse().OrderBy(Cell.Empty.With));
    }

    [Fact]
    public void Positions_come_in_their_own_order_and_an_unknown_one_last() => AssertInOrder(
    [
        .. Enum.GetValues<Position>().Select(position => Cell.Of(Planes.Nftables, 1, position)),
        Cell.Empty.With(Planes.Nftables).With(1).With(Axes.Position, "a-new-one"),
    ]);

    [Fact]
    public void Numbers_of_Services_come_by_size() => AssertInOrder(
        Cell.Of(Planes.Nftables, 9, Position.Last),
        Cell.Of(Planes.Nftables, 100, Position.Last),
        Cell.Of(Planes.Nftables, 1_000, Position.Last));

    [Fact]
    public void The_first_axis_that_differs_decides() => AssertInOrder(
        Cell.Of(Planes.IptablesNft, 9, Position.Last).With(Axes.Node, "node-a"),
        Cell.Of(Planes.Nftables, 5, Position.First).With(Axes.Node, "node-a"),
        Cell.Of(Planes.Nftables, 7, Position.First).With(Axes.Node, "node-a"),
        Cell.Of(Planes.Nftables, 1, Position.Last).With(Axes.Node, "node-a"),
        Cell.Of(Planes.IptablesNft, 1, Position.First).With(Axes.Node, "node-b"));

    [Fact]
    public void A_cell_without_a_value_comes_before_one_with_it_also_on_an_unknown_axis() => AssertInOrder(
        Cell.Of(Planes.Nftables, 9, Position.Last),
        Cell.Of(Planes.Nftables, 9, Position.Last).With(Axes.Of("zone"), "a"),
        Cell.Of(Planes.Nftables, 9, Position.Last).With(Axes.Of("zone"), "b"));

    [Fact]
    public void Swapping_two_cells_swaps_their_order() => Gen.Select(Cells.Any, Cells.Any).Sample((left, right) =>
    {
        Assert.Equal(Math.Sign(left.CompareTo(right)), -Math.Sign(right.CompareTo(left)));
        Assert.Equal(left.Equals(right), left.CompareTo(right) == 0);
        Assert.Equal(left < right, right > left);
        Assert.Equal(left <= right, right >= left);
    });

    [Fact]
    public void Of_three_cells_in_order_the_first_is_before_the_last() => Cells.Any.Array[3].Sample(cells =>
    {
        Cell[] sorted = [.. cells.Order()];

        Assert.True(sorted[0] <= sorted[1] && sorted[1] <= sorted[2] && sorted[0] <= sorted[2]);
    });

    [Fact]
    public void Every_cell_comes_after_null() => Assert.True(Cell.Empty.CompareTo(null) > 0);

    private static void AssertInOrder(params Cell[] cells) => Assert.Equal(cells, cells.Reverse().Order());
}
