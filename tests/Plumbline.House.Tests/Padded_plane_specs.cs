using System.Text.Json;

namespace Plumbline.House.Tests;

public sealed class Padded_plane_specs
{
    private static readonly Cell s_cell = Cell.Of(TestOnly.Plane.Name, 20, Position.Last);

    [Fact]
    public void A_registered_data_plane_may_be_asked_for_like_any_other()
    {
        Assert.Same(TestOnly.Plane, KnownDataPlanes.Of(new DataPlane("padded")));
        Assert.Contains(TestOnly.Plane, KnownDataPlanes.WithRules);
    }

    [Fact]
    public void A_second_data_plane_of_that_name_or_number_is_refused() =>
        Assert.Throws<ArgumentException>("plane", () => KnownDataPlanes.Register(new PaddedPlane()));

    [Fact]
    public void A_registered_axis_is_part_of_a_cells_text_order_and_JSON()
    {
        Cell padded = s_cell.With(TestOnly.Padding, "1500");

        Assert.Equal("padded last padding 1,500 at 20", padded.ToString());
        Assert.True(s_cell.With(TestOnly.Padding, "500") < padded);
        Assert.EndsWith("\"padding\":1500}", JsonSerializer.Serialize(padded), StringComparison.Ordinal);
        Assert.Equal(padded, JsonSerializer.Deserialize<Cell>(JsonSerializer.Serialize(padded)));
    }

    [Fact]
    public void A_request_names_values_of_a_registered_axis()
    {
        ExperimentSpec spec = JsonSerializer.Deserialize<ExperimentSpec>("""{"paddings": [0, 500]}""")!;

        Assert.Equal(["0", "500"], TestOnly.Padding.ValuesIn(spec));
        Assert.Null(TestOnly.Padding.Refusal("500"));
        Assert.Equal("'many' is not a whole number", TestOnly.Padding.Refusal("many"));
    }
}
