using System.Net;
using System.Net.Sockets;

namespace Plumbline.Hosting.Tests;

/// <summary>A worker's environment, and its health pages.</summary>
internal sealed class WorkerSettings
{
    private static readonly HttpClient s_http = new();

    private readonly Dictionary<string, string> _variables = new()
    {
        ["PLUMBLINE_BROKER__HOST"] = "127.0.0.1",
        ["PLUMBLINE_BROKER__USERNAME"] = "guest",
        ["PLUMBLINE_BROKER__PASSWORD"] = "guest",
        ["PLUMBLINE_POSTGRES__CONNECTIONSTRING"] = "Host=127.0.0.1;Port=1;Database=none;Username=nobody",
        ["PLUMBLINE_LAB__ECHOWORKER"] = "/bin/true",
        ["PLUMBLINE_HEALTH__PORT"] = $"{Ports.Free()}",
    };

    public IReadOnlyDictionary<string, string?> Variables =>
        _variables.ToDictionary(each => each.Key, each => (string?)each.Value);

    public string this[string variable]
    {
        set => _variables[$"PLUMBLINE_{variable}"] = value;
    }

    /// <summary>Settings for one of the test broker's virtual hosts.</summary>
    public static WorkerSettings For(RabbitMqServer broker, string virtualHost) => new()
    {
        ["BROKER__HOST"] = broker.Host,
        ["BROKER__PORT"] = $"{broker.Port}",
        ["BROKER__VIRTUALHOST"] = virtualHost,
    };

    /// <summary>Sets a variable without Plumbline's prefix.</summary>
    public void SetForeign(string variable, string value) => _variables[variable] = value;

    public Worker Start(string worker) => Worker.Start(worker, _variables);

    /// <summary>The status of a health page; 0 if nothing answers.</summary>
    public async Task<int> GetAsync(string page)
    {
        try
        {
            using HttpResponseMessage answer = await s_http.GetAsync(
                $"http://127.0.0.1:{_variables["PLUMBLINE_HEALTH__PORT"]}{page}",
                TestContext.Current.CancellationToken);
            return (int)answer.StatusCode;
        }
        catch (HttpRequestException)
        {
            return 0;
        }
    }

    /// <summary>Waits until a health page has this status.</summary>
    public Task UntilAsync(string page, int status, Worker worker) =>
        UntilAsync(async () => await GetAsync(page) == status, () => $"{page} is not {status}\n{worker.Output}");

    public static async Task UntilAsync(Func<Task<bool>> isSo, Func<string> otherwise)
    {
        long deadline = Environment.TickCount64 + 60_000;
        while (!await isSo())
        {
            Assert.True(Environment.TickCount64 < deadline, otherwise());
            await Task.Delay(100, TestContext.Current.CancellationToken);
        }
    }
}
