using MassTransit;
using MassTransit.Testing;
using Microsoft.Extensions.DependencyInjection;
using Plumbline.EchoWorker;
using Plumbline.Paths.Lab;
using Plumbline.Linux;

namespace Plumbline.ServiceScaler.Tests;

/// <summary>Commands that come twice, late, or after a restart, on real namespaces with real rules.</summary>
[Trait("Category", "Kernel")]
public sealed class Late_command_specs : IAsyncLifetime
{
    /// <summary>Asks the harness for what it has, without waiting.</summary>
    private static readonly CancellationToken s_soFar = new(canceled: true);

    private readonly Guid _id = Guid.NewGuid();
    private ServiceProvider _services = null!;
    private ITestHarness _harness = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        Assert.SkipUnless(LinuxUser.IsRoot, "needs root for network namespaces and rules");
        await BeginLifeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        await LabNetwork.RemoveAsync(_id);
        Assert.Empty(LabNetwork.List(_id));
        Assert.Null(LabSteps.Find(_id));
    }

    [Fact]
    public async Task A_complete_step_is_answered_again_and_not_made_again()
    {
        ServicesScaled first = await ScaleAsync(Step(1, 20));
        uint node = await NodeInodeAsync();

        ServicesScaled second = await ScaleAsync(Step(1, 20));

        Assert.Equal(node, await NodeInodeAsync());
        Assert.Equal(first.DataPlanes[0], second.DataPlanes[0]);
    }

    [Fact]
    public async Task A_complete_step_is_not_made_again_after_a_restart()
    {
        ServicesScaled first = await ScaleAsync(Step(1, 20));
        uint node = await NodeInodeAsync();
        await _services.DisposeAsync();
        await BeginLifeAsync();

        ServicesScaled second = await ScaleAsync(Step(1, 20));

        Assert.Equal(node, await NodeInodeAsync());
        Assert.Equal(first.DataPlanes[0], second.DataPlanes[0]);
    }

    [Fact]
    public async Task A_step_asked_for_anew_is_made_again_once_and_earlier_commands_for_it_are_ignored()
    {
        await ScaleAsync(Step(1, 20));
        await OnNodeAsync("flush", "ruleset");

        ServicesScaled anew = await ScaleAsync(Step(1, 20) with { Remake = 1 });
        uint node = await NodeInodeAsync();
        ServicesScaled again = await ScaleAsync(Step(1, 20) with { Remake = 1 });
        await ConsumeAsync(Step(1, 20));

        Assert.Contains("kube-proxy", await OnNodeAsync("list", "tables"), StringComparison.Ordinal);
        Assert.Equal(node, await NodeInodeAsync());
        Assert.Equal((1, 1), (anew.Remake, again.Remake));
        Assert.Equal(anew.DataPlanes[0], again.DataPlanes[0]);
        Assert.Equal(3, Answers);
    }

    [Fact]
    public async Task A_step_after_one_made_anew_is_set_up()
    {
        await ScaleAsync(Step(1, 20) with { Remake = 2 });

        ServicesScaled next = await ScaleAsync(Step(2, 30));

        Assert.Equal((2, 0, 30), (next.Step, next.Remake, Assert.Single(next.DataPlanes).Rules));
    }

    [Fact]
    public async Task A_step_that_a_later_one_has_followed_is_ignored()
    {
        await ScaleAsync(Step(1, 20));
        await ScaleAsync(Step(2, 30));
        uint node = await NodeInodeAsync();

        await ConsumeAsync(Step(1, 20));

        Assert.Equal(node, await NodeInodeAsync());
        Assert.Equal(2, LabSteps.Find(_id)!.Step);
        Assert.Equal(2, Answers);
    }

    [Fact]
    public async Task A_step_after_the_removal_makes_nothing()
    {
        await ScaleAsync(Step(1, 20));
        await ConsumeAsync(new RemoveServices { ExperimentId = _id });

        await ConsumeAsync(Step(1, 20));

        Assert.Empty(LabNetwork.List(_id));
        Assert.Single(_harness.Published.Select<ServicesRemoved>(s_soFar));
    }

    [Fact]
    public async Task A_rerun_is_set_up_after_the_removal_and_a_late_removal_does_not_touch_it()
    {
        await ScaleAsync(Step(1, 20));
        await ConsumeAsync(new RemoveServices { ExperimentId = _id });
        await ScaleAsync(Step(1, 20) with { Run = 1 });
        uint node = await NodeInodeAsync();

        await ConsumeAsync(new RemoveServices { ExperimentId = _id });
        Assert.Equal(node, await NodeInodeAsync());

        await ConsumeAsync(new RemoveServices { ExperimentId = _id, Run = 1 });
        Assert.Empty(LabNetwork.List(_id));
    }

    [Fact]
    public async Task An_interrupted_step_is_made_from_the_beginning()
    {
        await ScaleAsync(Step(1, 20));
        LabSteps.Forget(_id);

        ServicesScaled again = await ScaleAsync(Step(1, 20));

        Assert.Equal(20, Assert.Single(again.DataPlanes).Rules);
    }

    private int Answers => _harness.Published.Select<ServicesScaled>(s_soFar).Count();

    private ScaleStep Step(int step, int services) => new()
    {
        ExperimentId = _id,
        Step = step,
        Cell = Cell.Empty.With(services),
        DataPlanes = [Planes.Nftables],
        NftablesDialect = NftablesDialect.V136,
        EndpointsPerService = 1,
        PortsPerService = 1,
        Seed = 1,
    };

    private Task<string> OnNodeAsync(params string[] nft) =>
        Tool.RunAsync(LabNode.Of(_id, Planes.Nftables).Node, "nft", nft, token: Token);

    private Task<uint> NodeInodeAsync() => LabNode.Of(_id, Planes.Nftables).Node.InodeAsync();

    private async Task BeginLifeAsync()
    {
        ServiceCollection services = new();
        services.AddLogging();
        services.AddEchoWorkerForLab();
        services.AddMassTransitTestHarness(bus => bus.AddServiceScalerForLab());
        _services = services.BuildServiceProvider(validateScopes: true);
        _harness = _services.GetRequiredService<ITestHarness>();
        _harness.TestInactivityTimeout = TimeSpan.FromSeconds(30);
        await _harness.Start();
    }

    /// <summary>Returns the answer to the command.</summary>
    private async Task<ServicesScaled> ScaleAsync(ScaleStep step)
    {
        int before = Answers;
        await ConsumeAsync(step);
        Assert.Equal(before + 1, Answers);
        return _harness.Published.Select<ServicesScaled>(s_soFar).Last().Context.Message;
    }

    private async Task ConsumeAsync<T>(T message)
        where T : class
    {
        IConsumerTestHarness<ScaleStepConsumer> consumer = _harness.GetConsumerHarness<ScaleStepConsumer>();
        int before = consumer.Consumed.Select<T>(s_soFar).Count();
        await _harness.Bus.Publish(message, Token);

        int seen = 0;
        await foreach (IReceivedMessage<T> consumed in consumer.Consumed.SelectAsync<T>(Token))
        {
            if (++seen > before)
            {
                Assert.Null(consumed.Exception);
                return;
            }
        }

        Assert.Fail($"{message} is not consumed");
    }
}
