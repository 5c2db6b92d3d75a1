using CsCheck;
using MassTransit;
using MassTransit.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Plumbline.Scheduler.Tests;

/// <summary>Messages that only a stranger would send.</summary>
public sealed class Hostile_specs : IAsyncLifetime
{
    private static readonly Guid s_id = Guid.Parse("3f0e51a5-6f0e-4f39-9f06-000000000031");

    private static readonly Gen<string?[]?> s_names = Gen.OneOf<string?[]?>(
        Gen.Const((string?[]?)null),
        Gen.OneOf<string?>(Gen.Const((string?)null), Gen.String, Gen.Const("udp"), Gen.Const("rtt"), Gen.Const("last"),
            Gen.Const("{PropertyValue} {0}")).Array[0, 5]);

    private readonly ServiceProvider _services = new ServiceCollection()
        .AddSingleton<IExperimentStore, InMemoryExperimentStore>()
        .AddMassTransitTestHarness(bus =>
        {
            bus.AddScheduler();
            // A busy machine needs more than the harness's one second for a huge message.
            bus.SetTestTimeouts(testInactivityTimeout: TimeSpan.FromSeconds(5));
        })
        .BuildServiceProvider(true);

    private ITestHarness Harness => _services.GetRequiredService<ITestHarness>();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => await Harness.Start();

    public ValueTask DisposeAsync() => _services.DisposeAsync();

    [Fact]
    public Task A_request_without_a_specification_is_rejected() =>
        AssertRejectedAsync(new ExperimentRequested { ExperimentId = s_id, Spec = null! }, "spec");

    [Fact]
    public Task A_request_without_an_id_is_rejected() =>
        AssertRejectedAsync(
            new ExperimentRequested { ExperimentId = Guid.Empty, Spec = new ExperimentSpec() }, "experimentId");

    [Fact]
    public Task A_specification_of_nulls_is_rejected() => AssertRejectedAsync(
        new ExperimentRequested
        {
            ExperimentId = s_id,
            Spec = new ExperimentSpec
            {
                Name = null!, DataPlanes = null!, Measure = null!, Services = null!,
                Positions = null!, NftablesDialect = null!, RttPacing = null!, Connection = null!,
            },
        },
        "dataPlanes");

    [Fact]
    public async Task A_huge_specification_is_rejected_briefly()
    {
        string long_ = new('x', 1_000_000);
        await AssertRejectedAsync(
            new ExperimentRequested
            {
                ExperimentId = s_id,
                Spec = new ExperimentSpec
                {
                    Name = long_, DataPlanes = [long_], Measure = [long_], RttPacing = long_,
                    Services = [.. Enumerable.Repeat(-1, 200_000)],
                },
            },
            "services");

        ExperimentRejected rejected = Harness.Published.Select<ExperimentRejected>(Token).First().Context.Message;
        Assert.True(rejected.Errors.Sum(error => error.Message.Length) < 5_000);
    }

    [Fact]
    public void No_specification_makes_the_validator_throw() => Gen.Select(
        s_names, s_names, s_names, Gen.Int.Array[0, 5], Gen.Int.Array[9], Gen.Long, Gen.String)
            .Sample((dataPlanes, measures, positions, services, n, seed, name) =>
        {
            ExperimentSpec spec = new()
            {
                Name = name, DataPlanes = dataPlanes!, Measure = measures!, Positions = positions!,
                Services = services, Trials = n[0], Packets = n[1],
                WarmupPackets = n[2], RatePps = n[3], Seed = seed, EndpointsPerService = n[4],
                PortsPerService = n[5], TimeoutMs = n[6], Requests = n[7],
                WorkUs = n[8], MaxAttempts = n[0], RttPacing = name, Connection = name,
            };

            Assert.NotEmpty(
                ExperimentSpecValidator.RequestErrors(new ExperimentRequested { ExperimentId = s_id, Spec = spec }));
        });

    [Fact]
    public async Task Answers_without_ids_change_nothing()
    {
        await Harness.Bus.Publish(new ExperimentRequested { ExperimentId = s_id, Spec = Specs.Small }, Token);
        await Harness.Bus.Publish(new TrialStored
        {
            Key = null!, Measure = Measure.Grpc, Cell = Cell.Of(DataPlane.NoRules, -1, Position.None),
            Accepted = true, Flags = null!, Remarks = null!,
        }, Token);
        await Harness.Bus.Publish(
            new ServicesScaled { ExperimentId = s_id, Step = int.MaxValue, DataPlanes = null! }, Token);
        await Harness.Bus.Publish<Fault<ScaleStep>>(new { }, Token);
        await Harness.Bus.Publish<Fault<MeasureTrial>>(new { }, Token);
        await Harness.Bus.Publish<Fault<TrialMeasured>>(new { }, Token);
        await Harness.Bus.Publish<Fault<RemoveServices>>(new { }, Token);
        await Harness.InactivityTask;

        Assert.Equal(7, Harness.Consumed.Select<object>(Token).Count(message => message.Exception is null));
        Assert.DoesNotContain(Harness.Consumed.Select<object>(Token), message => message.Exception is not null);
        Assert.Equal(ExperimentPhase.Scaling,
            (await _services.GetRequiredService<IExperimentStore>().FindAsync(s_id, Token))!.Phase);
    }

    [Fact]
    public async Task A_wrong_request_under_the_id_of_a_running_experiment_does_not_reject_it()
    {
        await Harness.Bus.Publish(new ExperimentRequested { ExperimentId = s_id, Spec = Specs.Small }, Token);
        await Harness.Bus.Publish(new ExperimentRequested { ExperimentId = s_id, Spec = null! }, Token);
        await Harness.InactivityTask;

        Assert.Empty(Harness.Published.Select<ExperimentRejected>(Token));
        Assert.Single(Harness.Published.Select<ExperimentStarted>(Token));
    }

    private async Task AssertRejectedAsync(ExperimentRequested request, string field)
    {
        await Harness.Bus.Publish(request, Token);

        Assert.True(await Harness.Published.Any<ExperimentRejected>(
            message => message.Context.Message.ExperimentId == request.ExperimentId
                && message.Context.Message.Errors.Any(error => error.Field == field), Token));
        Assert.False(await Harness.Published.Any<ExperimentStarted>(Token));
        Assert.False(await Harness.Published.Any<Fault<ExperimentRequested>>(Token));
    }
}
