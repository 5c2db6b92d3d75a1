namespace Plumbline.Contracts.Tests;

public sealed class Stage_specs
{
    [Fact]
    public void Stages_sort_in_the_order_of_display_and_unknown_ones_after_them_by_name()
    {
        Stage[] sorted = [.. Stage.All, Stage.Of("a-new-one"), Stage.Of("b-new-one")];

        Assert.Equal(sorted, sorted.Reverse().Order());
        Assert.True(Stage.Prerouting < Stage.Total && Stage.Prerouting.CompareTo(null) > 0);
    }

    [Fact]
    public void A_stage_is_known_by_its_name_and_an_unknown_one_counts_as_one_way()
    {
        Assert.All(Stage.All, stage => Assert.Same(stage, Stage.Of(stage.Name)));
        Assert.Equal((Measure.OneWay, Timing.Stage), (Stage.Of("a-new-one").Measure, Stage.Of("a-new-one").Timing));
        Assert.Equal(Stage.Of("a-new-one"), Stage.Of("a-new-one"));
    }
}
