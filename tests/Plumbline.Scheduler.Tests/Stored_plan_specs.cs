using System.Security.Cryptography;
using System.Text;
using Plumbline.Scheduler.Postgres;

namespace Plumbline.Scheduler.Tests;

/// <summary>A stored state contains its specification, not its plan.</summary>
public sealed class Stored_plan_specs
{
    /// <summary>Raise the format with every change to the plan, or running experiments get another plan.</summary>
    [Fact]
    public void The_plan_of_a_specification_changes_only_with_the_format()
    {
        string plan = string.Join(
            '\n', Specs.Plan(new ExperimentSpec { Seed = 7 }).Steps.SelectMany(step => step.Trials).Select(trial =>
            $"{trial.Trial} {trial.Measure.WireName()} {trial.Cell} {trial.Repetition}"));

        Assert.Equal((3, "B2939CEBBEB1E1F6"),
            (SchedulerJson.Format, Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(plan)))[..16]));
    }
}
