namespace Plumbline.Contracts.Tests;

public sealed class Cell_text_specs
{
    private static readonly Cell s_cell = Cell.Of(Planes.IptablesNft, 10_000, Position.Last);

    [Fact]
    public void A_cell_is_named_by_its_data_plane_position_and_number_of_Services()
    {
        Assert.Equal("iptables-nft last at 10,000", CellText.Of(s_cell));
        Assert.Equal("iptables-nft last at 10,000", s_cell.ToString());
        Assert.Equal("iptables-nft last", CellText.Column(s_cell));
        Assert.Equal("no-rules none at 0", CellText.Of(Cell.Of(DataPlane.NoRules, 0, Position.None)));
    }

    [Fact]
    public void A_cell_without_a_number_of_Services_is_named_like_its_column() =>
        Assert.Equal("iptables-nft last", CellText.Of(s_cell.Without(Axes.Services)));

    [Fact]
    public void Defaults_are_left_out_and_other_values_are_not()
    {
        Cell usual = s_cell.With(Axes.Path, "cluster-ip").With(Axes.Family, "ipv4");

        Assert.Equal("iptables-nft last", CellText.Column(usual));
        Assert.Equal("ipv6 iptables-nft last", CellText.Column(usual.With(Axes.Family, "ipv6")));
    }

    [Fact]
    public void The_node_comes_first() =>
        Assert.Equal("node-a iptables-nft last at 10,000", CellText.Of(s_cell.With(Axes.Node, "node-a")));

    [Fact]
    public void A_number_comes_after_the_words_of_its_axis() => Assert.Equal(
        "iptables-nft last packet size 1,400 at 10,000", CellText.Of(s_cell.With(Cells.PacketSize, "1400")));

    [Fact]
    public void The_empty_cell_has_no_name() => Assert.Equal("", CellText.Of(Cell.Empty));
}
