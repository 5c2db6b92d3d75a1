using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Plumbline.EchoWorker;

Option<int> port = new("--port")
{
    Description = "TCP port of gRPC and UDP port of the echo.",
    DefaultValueFactory = _ => 7001,
};
Option<int> healthPort = new("--health-port")
{
    Description = "Port of /healthz and /readyz; 0 serves neither.",
    DefaultValueFactory = _ => 8081,
};
Option<IPAddress> bind = new("--bind")
{
    Description = "IPv4 address to listen on.",
    DefaultValueFactory = _ => IPAddress.Any,
};
port.CustomParser = result => Port(result, "--port", 1);
healthPort.CustomParser = result => Port(result, "--health-port", 0);
bind.CustomParser = Address;
RootCommand root = new("The echo worker: the endpoint that answers for every dummy Service.")
{
    port, healthPort, bind,
};
root.SetAction(async (arguments, token) =>
{
    try
    {
        EchoSockets sockets = EchoSockets.Open(
            arguments.GetValue(bind)!, arguments.GetValue(port), arguments.GetValue(healthPort));
        (IPEndPoint address, IPEndPoint? health) = (sockets.Address, sockets.HealthAddress);
        await using EchoServer server = await EchoServer.StartAsync(
            sockets, logging => logging.AddSimpleConsole().SetMinimumLevel(LogLevel.Warning), token);
        string healthPages = health is null ? "off" : $"on {health}";
        Console.WriteLine($"echo-worker: gRPC and UDP on {address}, health {healthPages}");
        await Task.Delay(Timeout.Infinite, token).ContinueWith(_ => { }, TaskScheduler.Default);
        return 0;
    }
    catch (IOException exception)
    {
        Console.Error.WriteLine($"echo-worker: {exception.Message}");
        return 1;
    }
});

ParseResult parsed = root.Parse(args);
string? wrong = parsed.Errors.Count > 0 ? parsed.Errors[0].Message
    : parsed.GetValue(port) == parsed.GetValue(healthPort) ? "--port and --health-port must differ" : null;
if (wrong is not null)
{
    Console.Error.WriteLine($"echo-worker: {wrong}");
    return 2;
}

// SIGTERM and SIGINT cancel the action's token. Then the worker has this long to stop.
return await parsed.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromSeconds(5) });

static int Port(ArgumentResult result, string flag, int least)
{
    string text = result.Tokens[0].Value;
    if (!int.TryParse(text, CultureInfo.InvariantCulture, out int value) || value < least || value > IPEndPoint.MaxPort)
    {
        result.AddError($"{flag}: '{text}' is not a port; use {least} … {IPEndPoint.MaxPort}");
    }

    return value;
}

static IPAddress? Address(ArgumentResult result)
{
    string text = result.Tokens[0].Value;
    if (!IPAddress.TryParse(text, out IPAddress? value) || value.AddressFamily != AddressFamily.InterNetwork)
    {
        result.AddError($"--bind: '{text}' is not an IPv4 address");
    }

    return value;
}
