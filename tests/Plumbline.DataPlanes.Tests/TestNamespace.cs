using Plumbline.Linux;

namespace Plumbline.DataPlanes.Tests;

/// <summary>A test's own network namespace, deleted with it. Its rules affect no other packets.</summary>
internal sealed class TestNamespace : IAsyncDisposable
{
    private static int s_created;

    private TestNamespace(string name) => Namespace = new NetworkNamespace(name);

    public NetworkNamespace Namespace { get; }

    /// <summary>Skips the test where it may not create one.</summary>
    public static async Task<TestNamespace> CreateAsync()
    {
        if (!string.Equals(Environment.UserName, "root", StringComparison.Ordinal))
        {
            Assert.Skip("needs root to create a network namespace");
        }

        TestNamespace created = new($"rules-test-{Environment.ProcessId}-{Interlocked.Increment(ref s_created)}");
        await IpAsync("add", created, TestContext.Current.CancellationToken);
        return created;
    }

    /// <summary>Runs a tool in the namespace, with standard input if there is any, and gives what it printed.</summary>
    public Task<string> RunAsync(string commandLine, string? input = null)
    {
        string[] words = commandLine.Split(' ');
        return Tool.RunAsync(
            Namespace,
            words[0],
            words[1..],
            input is null ? null : writer => writer.Write(input),
            TestContext.Current.CancellationToken);
    }

    // Not with the test's token: the namespace must go even when the test was cancelled.
    public async ValueTask DisposeAsync() => await IpAsync("delete", this, CancellationToken.None);

    private static Task IpAsync(string verb, TestNamespace which, CancellationToken token) =>
        Tool.RunAsync(NetworkNamespace.Own, "ip", ["netns", verb, which.Namespace.Name!], token: token);
}
