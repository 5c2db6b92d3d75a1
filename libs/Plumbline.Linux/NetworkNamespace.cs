using System.ComponentModel;
using System.Globalization;
using System.Runtime.InteropServices;

namespace Plumbline.Linux;

/// <summary>A network namespace by its name under /run/netns, or the one the process is in.</summary>
/// <param name="Name">Null for the process's own namespace.</param>
public sealed record NetworkNamespace(string? Name)
{
    public const string Folder = "/run/netns";

    /// <summary>The namespace the process runs in: the node's own, on a cluster node.</summary>
    public static readonly NetworkNamespace Own = new((string?)null);

    public bool Exists => Name is null || File.Exists(Path.Combine(Folder, Name));

    /// <summary>Runs <paramref name="work"/> on a thread of its own inside the namespace. Sockets opened there stay in it.</summary>
    /// <exception cref="Win32Exception">There is no such namespace or it cannot be entered.</exception>
    public Task<T> RunAsync<T>(Func<T> work)
    {
        TaskCompletionSource<T> result = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Thread thread = new(() =>
        {
            try
            {
                EnterOnThisThread();
                result.SetResult(work());
            }
            catch (Exception exception)
            {
                result.SetException(exception);
            }
        })
        {
            IsBackground = true,
            Name = $"netns {Name}",
        };
        thread.Start();
        return result.Task;
    }

    /// <summary>The namespace's inode number, by which the kernel's <c>struct net</c> is told apart.</summary>
    public Task<uint> InodeAsync() => RunAsync(() =>
    {
        // "net:[4026531840]"
        string target = File.ResolveLinkTarget("/proc/thread-self/ns/net", returnFinalTarget: false)?.Name ?? "";
        return uint.Parse(target.AsSpan(target.IndexOf('[', StringComparison.Ordinal) + 1).TrimEnd(']'), CultureInfo.InvariantCulture);
    });

    /// <summary>Reads a number from /proc/sys/net as the namespace has it.</summary>
    public Task<long> ReadSysctlAsync(string name) => RunAsync(() =>
        long.Parse(File.ReadAllText("/proc/sys/" + name.Replace('.', '/')).Trim(), CultureInfo.InvariantCulture));

    public override string ToString() => Name is null ? "the host's network namespace" : $"network namespace {Name}";

    private void EnterOnThisThread()
    {
        if (Name is null)
        {
            return;
        }

        string path = Path.Combine(Folder, Name);
        using var handle = File.OpenHandle(path);
        if (NativeMethods.SetNamespace((int)handle.DangerousGetHandle(), NativeMethods.CloneNewNet) != 0)
        {
            int error = Marshal.GetLastPInvokeError();
            throw new Win32Exception(error, $"cannot enter {this}: {Marshal.GetPInvokeErrorMessage(error)}");
        }
    }
}
