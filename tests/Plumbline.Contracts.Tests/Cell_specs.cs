namespace Plumbline.Contracts.Tests;

public sealed class Cell_specs
{
    private static readonly Cell s_cell = Cell.Of(Planes.Nftables, 1_000, Position.Last);

    [Fact]
    public void An_empty_cell_is_the_baseline()
    {
        Assert.True(Cell.Empty.IsBaseline);
        Assert.Equal((DataPlane.NoRules, 0, Position.None), Coordinates(Cell.Empty));
        Assert.Null(Cell.Empty.Node);
    }

    [Fact]
    public void A_cell_returns_the_values_that_it_was_made_with()
    {
        Assert.False(s_cell.IsBaseline);
        Assert.Equal((Planes.Nftables, 1_000, Position.Last), Coordinates(s_cell));
        Assert.Equal("node-a", s_cell.With(Axes.Node, "node-a").Node);
    }

    [Fact]
    public void With_changes_one_value_and_leaves_the_first_cell_alone() => Gen.Select(
        Cells.Any, Cells.AnyAxis, Cells.AnyValue).Sample((cell, axis, value) =>
        {
            string text = cell.ToString();
            Cell changed = cell.With(axis, value);

            Assert.Equal(value, changed[axis]);
            Assert.Equal(cell.Without(axis), changed.Without(axis));
            Assert.Equal(text, cell.ToString());
        });

    [Fact]
    public void Null_removes_a_value() => Gen.Select(Cells.Any, Cells.AnyAxis).Sample((cell, axis) =>
    {
        Assert.Null(cell.With(axis, null)[axis]);
        Assert.Equal(cell.Without(axis), cell.With(axis, null));
    });

    [Fact]
    public void With_another_cell_takes_all_its_values_and_keeps_the_rest() => Gen.Select(Cells.Any, Cells.Any).Sample(
        (left, right) =>
        {
            Cell both = left.With(right);

            Assert.All(right.Known, axis => Assert.Equal(right[axis], both[axis]));
            Assert.Equal(left.Without(right.Known), both.Without(right.Known));
        });

    [Fact]
    public void Cells_with_the_same_values_are_equal_in_whatever_order_they_were_set() => Cells.Any.Sample(cell =>
    {
        Cell reversed = cell.Known.Reverse().Aggregate(Cell.Empty, (copy, axis) => copy.With(axis, cell[axis]));

        Assert.Equal(cell, reversed);
        Assert.True(cell == reversed);
        Assert.Equal(cell.GetHashCode(), reversed.GetHashCode());
    });

    [Fact]
    public void A_cell_with_another_value_or_one_value_less_is_not_equal()
    {
        Assert.NotEqual(s_cell, s_cell.With(2_000));
        Assert.NotEqual(s_cell, s_cell.Without(Axes.Position));
        Assert.NotEqual(s_cell.Without(Axes.Position), s_cell);
        Assert.False(s_cell.Equals(null));
    }

    [Fact]
    public void Known_axes_come_in_their_order_and_unknown_ones_after_them_by_name()
    {
        Cell cell = s_cell.With(Axes.Of("zone"), "b").With(Axes.Of("aardvark"), "a").With(Axes.Node, "node-a");

        Assert.Equal(
            ["node", "dataPlane", "position", "services", "aardvark", "zone"], cell.Known.Select(axis => axis.Name));
    }

    private static (DataPlane, int, Position) Coordinates(Cell cell) => (cell.DataPlane, cell.Services, cell.Position);
}
