using System.Text.Json;
using MassTransit;
using MassTransit.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Plumbline.Scheduler.Tests;

/// <summary>A whole experiment over an in-memory bus, with services that answer, fail or are silent.</summary>
public sealed class Bus_specs : IAsyncDisposable
{
    private static readonly Guid s_id = Guid.Parse("3f0e51a5-6f0e-4f39-9f06-000000000002");

    private static readonly ExperimentRequested s_request = new() { ExperimentId = s_id, Spec = Specs.Small };

    private readonly FakeNode _node = new();
    private ServiceProvider? _services;

    public async ValueTask DisposeAsync()
    {
        if (_services is not null)
        {
            await _services.DisposeAsync();
        }
    }

    [Fact]
    public async Task A_repeated_request_changes_nothing()
    {
        ITestHarness harness = await StartAsync(Inability.None);
        await harness.Bus.Publish(s_request, Token);
        await FirstAsync<ExperimentCompleted>(harness);

        await harness.Bus.Publish(s_request, Token);

        await ConsumedAsync<ExperimentRequested>(harness, times: 2);
        Assert.Single(SoFar<ExperimentStarted>(harness));
        Assert.Equal([0, 1, 2, 3], SoFar<ScaleStep>(harness).Select(scale => scale.Step));
    }

    [Fact]
    public async Task An_experiment_runs_to_its_end_over_the_bus()
    {
        ITestHarness harness = await StartAsync(Inability.None);

        await harness.Bus.Publish(s_request, Token);

        ExperimentCompleted completed = await FirstAsync<ExperimentCompleted>(harness);
        Assert.Equal((s_id, 12, 0), (completed.ExperimentId, completed.AcceptedTrials, completed.GivenUpTrials));
        Assert.Equal(Enumerable.Range(0, 12), SoFar<MeasureTrial>(harness).Select(trial => trial.Key.Trial));
        Assert.Null(_node.Step);
    }

    [Fact]
    public async Task Every_measure_gets_its_requested_settings_over_the_bus()
    {
        ITestHarness harness = await StartAsync(Inability.None);
        ExperimentSpec spec = Specs.Small with
        {
            Measure = ["one-way", "rtt", "grpc"],
            RttPacing = "ping-pong",
            Connection = "kept-alive",
            WorkUs = 7,
            KeepRaw = true,
        };

        RoundTripSettings? roundTrip =
            new() { Pacing = Pacing.PingPong, TimeoutMs = 200 };
        GrpcSettings? grpc = new() { Connection = GrpcConnection.KeptAlive, WorkUs = 7, TimeoutMs = 2_000 };

        await harness.Bus.Publish(new ExperimentRequested { ExperimentId = s_id, Spec = spec }, Token);

        Assert.Equal(36, (await FirstAsync<ExperimentCompleted>(harness)).AcceptedTrials);
        Assert.All(SoFar<TrialMeasured>(harness).Select(measured => measured.Trial), trial => Assert.Equal(
            trial.Measure switch
            {
                Measure.OneWay => (false, (RoundTripSettings?)null, (GrpcSettings?)null),
                Measure.RoundTrip => (true, roundTrip, null),
                _ => (true, null, grpc),
            },
            (trial.KeepRaw, trial.RoundTrip, trial.Grpc)));
        Assert.Equal(3, SoFar<TrialMeasured>(harness).DistinctBy(measured => measured.Trial.Measure).Count());
    }

    [Fact]
    public async Task Values_of_axes_without_a_property_pass_the_bus()
    {
        ITestHarness harness = await StartAsync(Inability.None);

        await harness.Bus.Publish(Request("ipv4"), Token);

        await FirstAsync<ExperimentCompleted>(harness);
        Assert.Equal(["ipv4"], Assert.Single(SoFar<ExperimentStarted>(harness)).Spec.OtherValues(Axes.Family));
    }

    [Fact]
    public async Task A_wrong_value_of_such_an_axis_is_refused_by_its_field()
    {
        ITestHarness harness = await StartAsync();

        await harness.Bus.Publish(Request("ipv6"), Token);

        FieldError error = Assert.Single((await FirstAsync<ExperimentRejected>(harness)).Errors);
        Assert.Equal(("families", "'ipv6' is not one of ipv4"), (error.Field, error.Message));
    }

    [Theory]
    [InlineData(typeof(ScaleStep), "step 0 cannot be set up: " + Inability.Reason)]
    [InlineData(typeof(MeasureTrial), "trial 0 cannot be measured: " + Inability.Reason)]
    [InlineData(typeof(TrialMeasured), "trial 0 cannot be stored: " + Inability.Reason)]
    public async Task A_fault_removes_everything_and_names_its_reason(Type faulty, string reason)
    {
        ITestHarness harness = await StartAsync(new Inability(faulty));

        await harness.Bus.Publish(s_request, Token);

        Assert.Equal(reason, (await FirstAsync<ExperimentFailed>(harness)).Reason);
        Assert.Equal(s_id, Assert.Single(SoFar<RemoveServices>(harness)).ExperimentId);
        Assert.Null(_node.Step);
    }

    [Fact]
    public async Task A_failed_removal_fails_the_experiment_and_names_the_cleanup_command()
    {
        ITestHarness harness = await StartAsync(new Inability(typeof(RemoveServices)));

        await harness.Bus.Publish(s_request, Token);

        ExperimentFailed failed = await FirstAsync<ExperimentFailed>(harness);
        Assert.Contains(Inability.Reason, failed.Reason, StringComparison.Ordinal);
        Assert.Contains("plumbline cleanup", failed.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_cancel_removes_everything_and_is_not_a_failure()
    {
        ITestHarness harness = await StartAsync();
        await harness.Bus.Publish(s_request, Token);
        await FirstAsync<ScaleStep>(harness);

        await harness.Bus.Publish(new CancelExperiment { ExperimentId = s_id }, Token);
        Assert.Equal(s_id, (await FirstAsync<RemoveServices>(harness)).ExperimentId);
        await harness.Bus.Publish(new ServicesRemoved { ExperimentId = s_id }, Token);

        Assert.Equal(s_id, (await FirstAsync<ExperimentCancelled>(harness)).ExperimentId);
        Assert.Empty(SoFar<ExperimentFailed>(harness));
    }

    [Fact]
    public async Task Messages_about_an_unknown_experiment_are_ignored()
    {
        ITestHarness harness = await StartAsync();

        await harness.Bus.Publish(new CancelExperiment { ExperimentId = s_id }, Token);
        await harness.Bus.Publish(new ServicesRemoved { ExperimentId = s_id }, Token);

        await ConsumedAsync<CancelExperiment>(harness, times: 1);
        await ConsumedAsync<ServicesRemoved>(harness, times: 1);
        Assert.Empty(SoFar<RemoveServices>(harness));
        Assert.Empty(SoFar<ExperimentCancelled>(harness));
        Assert.Empty(SoFar<Fault<CancelExperiment>>(harness));
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static ExperimentRequested Request(string family) => s_request with
    {
        Spec = Specs.Small with
        {
            Others = new Dictionary<string, JsonElement>
            {
                [Axes.Family.Key] = JsonSerializer.SerializeToElement(new[] { family }),
            },
        },
    };

    private async Task<ITestHarness> StartAsync(Inability? answering = null)
    {
        _services = new ServiceCollection()
            .AddSingleton<IExperimentStore, InMemoryExperimentStore>()
            .AddSingleton(answering ?? Inability.None)
            .AddSingleton(_node)
            .AddMassTransitTestHarness(bus =>
            {
                bus.AddScheduler();
                if (answering is not null)
                {
                    bus.AddConsumer<FakeServices>();
                }
            })
            .BuildServiceProvider(validateScopes: true);
        return await _services.StartTestHarness();
    }

    private static async Task<T> FirstAsync<T>(ITestHarness harness)
        where T : class => (await harness.Published.SelectAsync<T>(Token).FirstOrDefault())?.Context.Message
            ?? throw new InvalidOperationException($"no {typeof(T).Name} was published");

    /// <summary>Waits. When a message counts as consumed, all that follows from it is published.</summary>
    private static async Task ConsumedAsync<T>(ITestHarness harness, int times)
        where T : class
    {
        int seen = 0;
        await foreach (
            IReceivedMessage<T> _ in harness.GetConsumerHarness<ExperimentConsumer>().Consumed.SelectAsync<T>(Token))
        {
            if (++seen == times)
            {
                return;
            }
        }

        Assert.Fail($"{seen} {typeof(T).Name} were consumed instead of {times}");
    }

    private static IReadOnlyList<T> SoFar<T>(ITestHarness harness)
        where T : class =>
        [.. harness.Published.Select<T>(new CancellationToken(canceled: true))
            .Select(published => published.Context.Message)];
}
