using Plumbline.Linux;

namespace Plumbline.DataPlanes.Tests;

/// <summary>A network namespace of a test's own, deleted with it; the rules in it touch nobody else's packets.</summary>
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
        await Tool.RunAsync(NetworkNamespace.Own, "ip", ["netns", "add", created.Namespace.Name!], token: TestContext.Current.CancellationToken);
        return created;
    }

    /// <summary>Runs a tool in the namespace, with standard input if there is any, and gives what it printed.</summary>
    public Task<string> RunAsync(string commandLine, string? input = null)
    {
        string[] words = commandLine.Split(' ');
        return Tool.RunAsync(Namespace, words[0], words[1..], input is null ? null : writer => writer.Write(input), TestContext.Current.CancellationToken);
    }

    // Not with the test's token: the namespace must go even when the test was cancelled.
    public async ValueTask DisposeAsync() =>
        await Tool.RunAsync(NetworkNamespace.Own, "ip", ["netns", "delete", Namespace.Name!], token: CancellationToken.None);
}
