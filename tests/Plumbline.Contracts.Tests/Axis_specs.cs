using System.Text.Json;

namespace Plumbline.Contracts.Tests;

public sealed class Axis_specs
{
    [Fact]
    public void An_axis_has_a_flag_and_a_column_by_its_key_and_name() =>
        Assert.Equal(("--data-planes", "data_plane"), (Axes.DataPlane.Flag, Axes.DataPlane.Column));

    [Fact]
    public void No_two_axes_share_a_name_key_flag_or_column()
    {
        Assert.Equal(Axes.All.Count, Axes.All.DistinctBy(axis => axis.Name).Count());
        Assert.Equal(Axes.All.Count, Axes.All.DistinctBy(axis => axis.Key).Count());
        Assert.Equal(Axes.All.Count, Axes.All.DistinctBy(axis => axis.Flag).Count());
        Assert.Equal(Axes.All.Count, Axes.All.DistinctBy(axis => axis.Column).Count());
    }

    [Fact]
    public void A_registered_axis_is_known_by_its_name_and_comes_after_those_before()
    {
        Assert.Same(Cells.PacketSize, Axes.Of("packetSize"));
        Assert.Same(Cells.PacketSize, Axes.All[^1]);
        Assert.Contains(Cells.PacketSize, Axes.Others);
    }

    [Theory]
    [InlineData("dataPlane", "anotherKey")]
    [InlineData("anotherName", "dataPlanes")]
    [InlineData("packetSize", "packetSizes")]
    public void An_axis_whose_name_or_key_is_taken_is_refused_and_changes_nothing(string name, string key)
    {
        Axis[] before = [.. Axes.All, Cells.PacketSize];

        Assert.Throws<ArgumentException>(() => Axes.Register(new Axis { Name = name, Key = key, Words = "words" }));

        Assert.Equal(before.Distinct(), Axes.All);
    }

    [Fact]
    public void An_unknown_axis_is_text_under_its_own_name()
    {
        Axis zone = Axes.Of("zone");

        Assert.Equal(("zone", "zone", false), (zone.Name, zone.Words, zone.IsNumeric));
        Assert.DoesNotContain(zone, Axes.All);
        Assert.Equal(zone, Axes.Of("zone"));
    }

    [Fact]
    public void Only_declared_values_may_be_asked_for()
    {
        Assert.Null(Axes.Family.Refusal("ipv4"));
        Assert.Equal("'ipv7' is not one of ipv4", Axes.Family.Refusal("ipv7"));
        Assert.Null(Axes.Of("zone").Refusal("anything"));
    }

    [Theory]
    [InlineData("0", true)]
    [InlineData("1400", true)]
    [InlineData("-1", false)]
    [InlineData("1.5", false)]
    [InlineData("01400", false)]
    [InlineData(" 1400", false)]
    [InlineData("1,400", false)]
    [InlineData("many", false)]
    [InlineData("", false)]
    public void A_numeric_axis_takes_whole_numbers_alone(string value, bool isTaken) =>
        Assert.Equal(isTaken ? null : $"'{value}' is not a whole number", Cells.PacketSize.Refusal(value));

    [Fact]
    public void Only_numbers_get_thousands_separators()
    {
        Assert.Equal("10,000", Axes.Services.Text("10000"));
        Assert.Equal("many", Axes.Services.Text("many"));
        Assert.Equal("10000", Axes.Node.Text("10000"));
    }

    [Fact]
    public void A_request_names_values_by_its_property_or_by_the_axis_key_in_its_order()
    {
        ExperimentSpec spec = JsonSerializer.Deserialize<ExperimentSpec>(
            """{"services": [9, 10], "dataPlanes": ["nftables", "ipvs"], "packetSizes": [1400, 64]}""",
            JsonSerializerOptions.Web)!;

        Assert.Equal(["9", "10"], Axes.Services.ValuesIn(spec));
        Assert.Equal(["nftables", "ipvs"], Axes.DataPlane.ValuesIn(spec));
        Assert.Equal(["1400", "64"], Cells.PacketSize.ValuesIn(spec));
    }

    [Fact]
    public void An_axis_that_a_request_does_not_name_has_its_default_or_no_value()
    {
        Assert.Equal(["ipv4"], Axes.Family.ValuesIn(new ExperimentSpec()));
        Assert.Empty(Cells.PacketSize.ValuesIn(new ExperimentSpec()));
        Assert.Empty(Axes.Node.ValuesIn(new ExperimentSpec()));
    }

    [Fact]
    public void Values_of_an_axis_have_one_order() => Gen.Select(
        Cells.AnyAxis, Cells.AnyValue.Array[3]).Sample((axis, values) =>
        {
            string[] sorted = [.. values.Order(Comparer<string>.Create(axis.Compare))];

            Assert.True(axis.Compare(sorted[0], sorted[2]) <= 0);
            Assert.Equal(sorted[0] == sorted[2], axis.Compare(sorted[0], sorted[2]) == 0);
            Assert.Equal(
                Math.Sign(axis.Compare(values[0], values[1])), -Math.Sign(axis.Compare(values[1], values[0])));
        });
}
