using CsCheck;

namespace Plumbline.Scheduler.Tests;

/// <summary>Messages come twice, late or never, and schedulers die. Every experiment still ends exactly once.</summary>
public sealed class Chaos_specs
{
    private const int Experiments = 3;

    private static readonly ExperimentSpec s_spec = Specs.Small with { Services = [10], MaxAttempts = 2 };

    [Fact]
    public void Duplicates_and_reordering_alone_never_make_a_trial_fail_or_happen_twice() => Gen.Int.Sample(seed =>
    {
        Evil evil = new(Duplicates: 30, Losses: 0, Deaths: 0, Waits: 0);
        World world = Run(seed, evil, cancel: false, accepts: _ => true, workersRemember: true);

        for (int number = 1; number <= Experiments; number++)
        {
            ExperimentCompleted completed = Assert.Single(world.PublishedOf<ExperimentCompleted>(number));
            Assert.Equal(
                (world.StateOf(number).Plan.TrialCount, 0), (completed.AcceptedTrials, completed.GivenUpTrials));
        }
    }, iter: 1_500);

    [Fact]
    public void Deaths_and_restarts_alone_never_make_an_experiment_fail() => Gen.Int.Sample(seed =>
    {
        Evil evil = new(Duplicates: 0, Losses: 0, Deaths: 15, Waits: 20);
        World world = Run(seed, evil, cancel: false, accepts: _ => true, workersRemember: true);

        for (int number = 1; number <= Experiments; number++)
        {
            Assert.Equal(world.StateOf(number).Plan.TrialCount,
                Assert.Single(world.PublishedOf<ExperimentCompleted>(number)).AcceptedTrials);
        }
    }, iter: 1_500);

    [Fact]
    public void Everything_at_once_ends_every_experiment_in_exactly_one_way() =>
        Gen.Select(Gen.Int, Gen.Int[0, 30], Gen.Int[0, 15], Gen.Int[0, 10], Gen.Int[0, 30], Gen.Bool,
            Gen.Select(Gen.Bool.Array[32], Gen.Bool)).Sample(
            (seed, duplicates, losses, deaths, waits, cancel, measures) =>
                AssertEnded(
                    Run(
                        seed,
                        new Evil(duplicates, losses, deaths, waits),
                        cancel,
                        key => measures.Item1[((key.Trial * 7) + key.Attempt) % measures.Item1.Length],
                        measures.Item2),
                    cancel),
            iter: 1_500);

    /// <summary>How many of a hundred turns.</summary>
    private sealed record Evil(int Duplicates, int Losses, int Deaths, int Waits);

    private static World Run(int seed, Evil evil, bool cancel, Func<TrialKey, bool> accepts, bool workersRemember)
    {
        Random random = new(seed);
        World world = new(new InMemoryExperimentStore(), accepts, workersRemember);
        for (int number = 1; number <= Experiments; number++)
        {
            ExperimentRequested request = World.Request(number, s_spec);
            world.Wire.Add(request);
        }

        int cancelAt = cancel ? random.Next(200) : -1;
        for (int turn = 0; turn < 400; turn++)
        {
            if (turn == cancelAt)
            {
                world.Wire.Add(new CancelExperiment { ExperimentId = World.Id(1 + random.Next(Experiments)) });
            }

            Turn(world, random, evil);
            Assert.True(
                world.Active.Count(entry => entry.Phase != ExperimentPhase.Queued) <= 1, "two experiments run at once");
        }

        world.Restart();
        world.RunInPeace();
        return world;
    }

    private static void Turn(World world, Random random, Evil evil)
    {
        if (random.Next(100) < evil.Deaths)
        {
            world.DieAfter(random.Next(4));
        }

        if (world.Wire.Count == 0 || random.Next(100) < evil.Waits)
        {
            world.Tick(TimeSpan.FromSeconds(random.Next(evil.Losses > 0 ? 900 : 3)));
            return;
        }

        int which = random.Next(world.Wire.Count);
        object message = world.Wire[which];
        if (random.Next(100) >= evil.Duplicates)
        {
            world.Wire.RemoveAt(which);
        }

        // People repeat their requests and cancels, so these are never lost.
        bool isLost = message is not (ExperimentRequested or CancelExperiment) && random.Next(100) < evil.Losses;
        if (!isLost && !world.Deliver(message))
        {
            world.Wire.Add(message);
        }
    }

    private static void AssertEnded(World world, bool mayBeCancelled)
    {
        for (int number = 1; number <= Experiments; number++)
        {
            ExperimentState state = world.StateOf(number);
            object[] ends =
            [
                .. world.PublishedOf<ExperimentCompleted>(number), .. world.PublishedOf<ExperimentFailed>(number),
                .. world.PublishedOf<ExperimentCancelled>(number),
            ];
            switch (Assert.Single(ends))
            {
                case ExperimentCompleted completed:
                    Assert.Equal(state.Plan.TrialCount, completed.AcceptedTrials + completed.GivenUpTrials);
                    Assert.True(TrialsAccepted(world, number) >= completed.AcceptedTrials);
                    break;
                case ExperimentFailed failed:
                    Assert.Matches("was requested (twice|101 times)", failed.Reason);
                    break;
                default:
                    Assert.True(mayBeCancelled);
                    break;
            }

            MeasureTrial[] asked = [.. world.PublishedOf<MeasureTrial>(number).OrderBy(trial => trial.FirstFlow)];
            Assert.Equal(asked.Length, asked.DistinctBy(trial => trial.Key).Count());
            Assert.All(asked.Zip(asked.Skip(1)),
                pair => Assert.True(pair.First.FirstFlow + pair.First.Flows <= pair.Second.FirstFlow));
            Assert.True(world.PublishedOf<ExperimentStarted>(number).Count() <= 1);
        }

        Assert.Equal(0, world.Unpublished);
    }

    private static int TrialsAccepted(World world, int number) =>
        world.Stored.Where(stored => stored.Value && stored.Key.ExperimentId == World.Id(number))
            .Select(stored => stored.Key.Trial).Distinct().Count();
}
