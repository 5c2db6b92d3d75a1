using System.Text.Json;

namespace Plumbline.Contracts.Tests;

public sealed class Cell_json_specs
{
    [Fact]
    public void A_cell_is_an_object_with_its_axes_in_order_and_numbers_as_numbers() => Assert.Equal(
        """{"node":"node-a","dataPlane":"nftables","position":"last","services":1000,"zone":"b"}""",
        Write(Cell.Of(Planes.Nftables, 1_000, Position.Last)
            .With(Axes.Of("zone"), "b").With(Axes.Node, "node-a")));

    [Fact]
    public void Every_cell_survives_the_round_trip() => Cells.Any.Sample(cell => Assert.Equal(cell, Read(Write(cell))));

    [Fact]
    public void A_cell_within_a_record_survives_the_round_trip()
    {
        ScaleStepLike written = new(Cell.Of(Planes.Nftables, 7, Position.Random), "after it");

        Assert.Equal(written, JsonSerializer.Deserialize<ScaleStepLike>(JsonSerializer.Serialize(written)));
    }

    [Theory]
    [InlineData("""{"dataPlane":null}""")]
    [InlineData("{}")]
    public void Null_and_a_missing_property_are_no_value(string json) => Assert.Equal(Cell.Empty, Read(json));

    [Fact]
    public void A_number_on_an_unknown_axis_is_read_as_text() =>
        Assert.Equal("5", Read("""{"hops":5}""")[Axes.Of("hops")]);

    [Theory]
    [InlineData("[]")]
    [InlineData("5")]
    [InlineData("\"nftables\"")]
    [InlineData("""{"services":1.5}""")]
    [InlineData("""{"services":1e400}""")]
    [InlineData("""{"services":99999999999999999999}""")]
    [InlineData("""{"services":true}""")]
    [InlineData("""{"services":[1]}""")]
    [InlineData("""{"services":{"a":1}}""")]
    [InlineData("""{"services":1""")]
    public void Anything_but_an_object_of_texts_and_whole_numbers_is_refused(string json) =>
        Assert.Throws<JsonException>(() => Read(json));

    [Fact]
    public void A_data_plane_and_a_stage_are_their_names()
    {
        Assert.Equal("\"no-rules\"", JsonSerializer.Serialize(DataPlane.NoRules));
        Assert.Equal(Planes.Nftables, JsonSerializer.Deserialize<DataPlane>("\"nftables\""));
        Assert.Equal(Stage.Total, JsonSerializer.Deserialize<Stage>(JsonSerializer.Serialize(Stage.Total)));
        Assert.Equal(Timing.Function, JsonSerializer.Deserialize<Stage>("\"rule-functions\"")!.Timing);
    }

    private static string Write(Cell cell) => JsonSerializer.Serialize(cell);

    private static Cell Read(string json) => JsonSerializer.Deserialize<Cell>(json)!;

    private sealed record ScaleStepLike(Cell Cell, string After);
}
