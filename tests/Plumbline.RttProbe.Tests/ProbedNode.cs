using System.Net;
using System.Net.Sockets;
using Plumbline.Paths.Lab;
using Plumbline.Linux;
using Plumbline.Paths;
using Plumbline.RttProbe.Raw;
using Plumbline.Trials;

namespace Plumbline.RttProbe.Tests;

/// <summary>A lab node without rules. The test provides the endpoint. The node is removed at the end.</summary>
internal sealed class ProbedNode : IAsyncDisposable
{
    public const int Port = 9_000;

    private readonly Guid _experimentId = Guid.NewGuid();
    private readonly List<Socket> _sockets = [];
    private long _nextFlow;

    public LabNode Node => LabNode.Of(_experimentId, DataPlane.NoRules);

    public static async Task<ProbedNode> CreateAsync()
    {
        Assert.SkipUnless(LinuxUser.IsRoot, "needs root for network namespaces and raw sockets");
        ProbedNode node = new();
        await LabNetwork.CreateAsync(node.Node, TestContext.Current.CancellationToken);
        return node;
    }

    /// <summary>Binds a datagram socket at the endpoint and calls the test's answer with each datagram.</summary>
    public async Task AnswerDatagramsAsync(Action<Socket, byte[], EndPoint> answer)
    {
        Socket socket = await Node.Endpoints.RunAsync(() =>
        {
            Socket opened = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
            opened.Bind(new IPEndPoint(IPAddress.Any, Port));
            return opened;
        });
        _sockets.Add(socket);
        Thread thread = new(() =>
        {
            byte[] buffer = new byte[2_048];
            try
            {
                while (true)
                {
                    EndPoint from = new IPEndPoint(IPAddress.Any, 0);
                    int length = socket.ReceiveFrom(buffer, ref from);
                    answer(socket, buffer[..length], from);
                }
            }
            catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
            {
                // The test is over.
            }
        })
        {
            IsBackground = true,
        };
        thread.Start();
    }

    /// <summary>Sends probe packets to the endpoint, each in its own flow.</summary>
    /// <param name="meanwhile">Runs in the endpoint's namespace while packets are on their way.</param>
    public async Task<ProbeRun> ProbeAsync(
        ServiceProtocol protocol,
        int count = 200,
        Pacing pacing = Pacing.OpenLoop,
        int timeoutMs = 100,
        Action<ProbeAddresses>? meanwhile = null)
    {
        CancellationToken token = TestContext.Current.CancellationToken;
        TrafficEntry entry = await ClusterIpPath.Instance.EnterAsync(
            new LabNodeAccess(), _experimentId, DataPlane.NoRules, node: null, token);
        uint[] destinations = [.. Enumerable.Repeat(entry.EndpointIp.Ipv4Number, count)];
        ProbeAddresses addresses = new(entry.Sources, _nextFlow, destinations, Port, Seed: 42);
        _nextFlow += count;
        ProbePlan plan = new()
        {
            First = 0, Count = count, Pacing = pacing, RatePps = 2_000, Timeout = TimeSpan.FromMilliseconds(timeoutMs),
        };
        Task<ProbeRun> probing = entry.Sender.RunAsync(() =>
        {
            // As in a trial: endpoints in user space need the other CPUs.
            CpuAffinity.PinThread(TrialScene.SendingCpu);
            using Ipv4ProbeChannel channel = new(protocol, entry.SenderDevice, addresses);
            ProbeRun run = new Prober(channel, TimeProvider.System).Run(plan, token);
            channel.Release();
            return run;
        });
        if (meanwhile is not null)
        {
            await Node.Endpoints.RunAsync(() =>
            {
                meanwhile(addresses);
                return true;
            });
        }

        ProbeRun run = await probing;
        Assert.Equal(run.Send.Sent, run.Answers.Answered + run.Answers.Lost + run.Answers.Late);
        return run;
    }

    /// <summary>Runs a tool in one of the namespaces and gives what it printed.</summary>
    public static Task<string> RunAsync(NetworkNamespace where, string tool, params string[] arguments) =>
        Tool.RunAsync(where, tool, arguments, token: TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        _sockets.ForEach(socket => socket.Dispose());
        await LabNetwork.RemoveAsync(_experimentId);
        Assert.Empty(LabNetwork.List(_experimentId));
    }
}
