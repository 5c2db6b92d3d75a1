using System.Globalization;
using System.Text;
using System.Text.Json;
using Dapper;
using Npgsql;
using Plumbline.Paths.Lab;
using Plumbline.Store;
using Plumbline.Store.Storage;
using Plumbline.Tests;
using RabbitMQ.Client;

namespace Plumbline.Pipeline.Tests;

/// <summary>
/// The five workers as processes, with a virtual host of a real RabbitMQ and a database of a real PostgreSQL. Disposing
/// it removes everything.
/// </summary>
internal sealed partial class Pipeline : IAsyncDisposable
{
    public const string Requests = "plumbline.requests";

    private readonly PostgresTestDatabase _database;
    private readonly Dictionary<string, string> _settings;
    private readonly Dictionary<string, Worker> _workers = [];
    private readonly Dictionary<string, BrokerProxy> _proxies = [];
    private readonly List<IAsyncDisposable> _relays = [];

    private Pipeline(RabbitMqServer broker, string virtualHost, PostgresTestDatabase database)
    {
        (Broker, VirtualHost, _database) = (broker, virtualHost, database);
        _settings = new Dictionary<string, string>
        {
            ["PLUMBLINE_BROKER__HOST"] = broker.Host,
            ["PLUMBLINE_BROKER__PORT"] = $"{broker.Port}",
            ["PLUMBLINE_BROKER__VIRTUALHOST"] = virtualHost,
            ["PLUMBLINE_BROKER__USERNAME"] = "guest",
            ["PLUMBLINE_BROKER__PASSWORD"] = "guest",
            ["PLUMBLINE_POSTGRES__CONNECTIONSTRING"] = database.ConnectionString,
            ["PLUMBLINE_LAB__ECHOWORKER"] = Worker.Program("echo-worker"),
            ["PLUMBLINE_HEALTH__PORT"] = "0",
        };
    }

    public RabbitMqServer Broker { get; }

    public string VirtualHost { get; }

    public string ConnectionString => _database.ConnectionString;

    /// <summary>Environment of the workers and of the command line.</summary>
    public IReadOnlyDictionary<string, string> Settings => _settings;

    public IReadOnlyDictionary<string, Worker> Workers => _workers;

    /// <summary>The proxies, by the worker that reaches the broker through it.</summary>
    public IReadOnlyDictionary<string, BrokerProxy> Proxies => _proxies;

    /// <param name="behindProxies">Workers that reach the broker through a proxy.</param>
    public static async Task<Pipeline> StartAsync(params string[] behindProxies)
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "needs root for network namespaces, rules and BPF");
        RabbitMqServer broker = await RabbitMqServer.GetAsync();
        Pipeline pipeline = new(broker, await broker.CreateVirtualHostAsync(), PostgresServer.CreateDatabase());
        foreach (string worker in behindProxies)
        {
            pipeline._proxies[worker] = new BrokerProxy(broker.Port);
        }

        foreach (string worker in Worker.All)
        {
            pipeline.Start(worker);
        }

        await pipeline.WaitForQueuesAsync(
            ["scheduler", "service-scaler", "node-probe", "rtt-probe", "aggregator", Requests]);
        return pipeline;
    }

    public void Start(string worker)
    {
        Dictionary<string, string> settings = new(_settings);
        if (_proxies.TryGetValue(worker, out BrokerProxy? proxy))
        {
            settings["PLUMBLINE_BROKER__HOST"] = "127.0.0.1";
            settings["PLUMBLINE_BROKER__PORT"] = $"{proxy.Port}";
        }

        _workers[worker] = Worker.Start(worker, settings);
    }

    /// <summary>Kills the worker and starts it again.</summary>
    public async Task KillAndRestartAsync(string worker)
    {
        await _workers[worker].KillAsync();
        Start(worker);
    }

    /// <summary>Publishes bytes like any AMQP client, and waits for the answer.</summary>
    public async Task<JsonElement> RequestAsync(ReadOnlyMemory<byte> body)
    {
        await using IConnection connection = await ConnectAsync();
        await using IChannel channel = await connection.CreateChannelAsync();
        QueueDeclareOk replies = await channel.QueueDeclareAsync();
        await channel.BasicPublishAsync(
            "", Requests, mandatory: true, new BasicProperties { ReplyTo = replies.QueueName }, body);
        long deadline = Environment.TickCount64 + 20_000;
        while (true)
        {
            if (await channel.BasicGetAsync(replies.QueueName, autoAck: true) is { } reply)
            {
                return JsonSerializer.Deserialize<JsonElement>(reply.Body.Span);
            }

            Assert.True(Environment.TickCount64 < deadline, $"no answer within 20 s\n{Logs()}");
            await Task.Delay(20);
        }
    }

    public Task<JsonElement> RequestAsync(string json) => RequestAsync(Encoding.UTF8.GetBytes(json));

    /// <summary>Requests an experiment with this specification and returns its id.</summary>
    public async Task<Guid> RequestExperimentAsync(string spec)
    {
        JsonElement answer = await RequestAsync($$"""{"spec": {{spec}}}""");
        Assert.True(answer.GetProperty("accepted").GetBoolean(), answer.ToString());
        return answer.GetProperty("experimentId").GetGuid();
    }

    /// <summary>Waits until the database has the experiment's end, and returns its state.</summary>
    public async Task<string> WaitForEndAsync(Guid experimentId, int seconds = 240)
    {
        long deadline = Environment.TickCount64 + (seconds * 1_000);
        while (true)
        {
            if (await ReadAsync<string?>(
                "SELECT state FROM experiment_end WHERE experiment_id = @id", experimentId) is { } state)
            {
                return state;
            }

            Assert.True(Environment.TickCount64 < deadline, $"no end within {seconds} s\n{Logs()}");
            await Task.Delay(100);
        }
    }

    /// <summary>Number of trials with a recorded attempt.</summary>
    public Task<int> CountTrialsAsync(Guid experimentId) =>
        ReadAsync<int>("SELECT count(DISTINCT trial) FROM trial WHERE experiment_id = @id", experimentId);

    /// <summary>Waits until this many trials have a recorded attempt.</summary>
    public Task WaitForTrialsAsync(Guid experimentId, int trials) =>
        WaitForRowsAsync("SELECT count(DISTINCT trial) FROM trial WHERE experiment_id = @id", experimentId, trials);

    /// <summary>Waits until the query about the experiment (@id) counts this many rows.</summary>
    public async Task WaitForRowsAsync(string query, Guid experimentId, int rows)
    {
        long deadline = Environment.TickCount64 + 240_000;
        while (await ReadAsync<int>(query, experimentId) < rows)
        {
            Assert.True(Environment.TickCount64 < deadline, Logs());
            await Task.Delay(20);
        }
    }

    /// <summary>The query's count. 0 when the table does not exist yet.</summary>
    public Task<int> CountAsync(string table) => ReadAsync<int>($"SELECT count(*) FROM {table}", Guid.Empty);

    /// <summary>The scheduler's counts of accepted and given-up trials at the experiment's end.</summary>
    public async Task<(int Accepted, int GivenUp)> ReadTalliesAsync(Guid experimentId) => (
        await ReadAsync<int>("SELECT accepted_trials FROM experiment_end WHERE experiment_id = @id", experimentId),
        await ReadAsync<int>("SELECT given_up_trials FROM experiment_end WHERE experiment_id = @id", experimentId));

    /// <summary>Messages in each queue, with those that a worker is processing.</summary>
    public async Task<IReadOnlyDictionary<string, int>> ListQueuesAsync()
    {
        string printed = await Broker.ControlAsync(
            "list_queues", "--quiet", "--no-table-headers", "-p", VirtualHost, "name", "messages");
        return printed.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split('\t'))
            .ToDictionary(row => row[0], row => int.Parse(row[1], CultureInfo.InvariantCulture));
    }

    public ExperimentResults Load(Guid experimentId)
    {
        using ResultsStore store = ResultsStore.OpenPostgres(_database.ConnectionString);
        return store.Load(experimentId);
    }

    public string Logs() => string.Join('\n', _workers.Values.Select(worker =>
    {
        IEnumerable<string> warnings = worker.Output.Split('\n')
            .Where(line => !line.Contains("\"Information\"", StringComparison.Ordinal));
        return $"--- {worker.Name}\n{string.Join('\n', warnings.TakeLast(15))}";
    }));

    public async Task<IConnection> ConnectAsync() => await new ConnectionFactory
    {
        HostName = Broker.Host,
        Port = Broker.Port,
        VirtualHost = VirtualHost,
    }.CreateConnectionAsync();

    public async ValueTask DisposeAsync()
    {
        foreach (Worker worker in _workers.Values)
        {
            await worker.DisposeAsync();
        }

        foreach (BrokerProxy proxy in _proxies.Values)
        {
            await proxy.DisposeAsync();
        }

        foreach (IAsyncDisposable relay in _relays)
        {
            await relay.DisposeAsync();
        }

        await LabNetwork.RemoveAsync();
        _database.Dispose();
    }

    private async Task<T> ReadAsync<T>(string sql, Guid experimentId)
    {
        try
        {
            await using NpgsqlConnection connection = _database.Connect();
            return (await connection.ExecuteScalarAsync<T>(sql, new { id = experimentId.ToString() }))!;
        }
        catch (NpgsqlException exception)
            when (exception is not PostgresException || exception.SqlState == PostgresErrorCodes.UndefinedTable)
        {
            // The aggregator has not created its tables yet, or the test stopped the server.
            return default!;
        }
    }

    private async Task WaitForQueuesAsync(IReadOnlyList<string> expected)
    {
        long deadline = Environment.TickCount64 + 60_000;
        await using IConnection connection = await ConnectAsync();
        foreach (string queue in expected)
        {
            while (!await IsConsumedAsync(connection, queue))
            {
                Assert.True(Environment.TickCount64 < deadline, $"nobody takes from {queue} after a minute\n{Logs()}");
                await Task.Delay(100);
            }
        }
    }

    private static async Task<bool> IsConsumedAsync(IConnection connection, string queue)
    {
        try
        {
            await using IChannel channel = await connection.CreateChannelAsync();
            return (await channel.QueueDeclarePassiveAsync(queue)).ConsumerCount > 0;
        }
        catch (RabbitMQ.Client.Exceptions.OperationInterruptedException)
        {
            return false;
        }
    }
}
