using System.ComponentModel;
using System.Globalization;
using System.Text;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Plumbline.Linux;

/// <summary>A network namespace with a name under /run/netns, or the process's own.</summary>
/// <param name="Name">Null for the process's own namespace.</param>
public sealed record NetworkNamespace(string? Name)
{
    public const string Folder = "/run/netns";

    /// <summary>The namespace that the process runs in. On a cluster node this is the node's own.</summary>
    public static readonly NetworkNamespace Own = new((string?)null);

    public bool Exists => Name is null || File.Exists(Path.Combine(Folder, Name));

    /// <summary>
    /// Runs <paramref name="work"/> in the namespace, on a new thread. Sockets opened there stay in it.
    /// </summary>
    /// <exception cref="Win32Exception">The namespace does not exist or cannot be entered.</exception>
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

    /// <summary>The namespace's inode number, which identifies the kernel's <c>struct net</c>.</summary>
    public Task<uint> InodeAsync() => RunAsync(() =>
    {
        // "net:[4026531840]"
        string target = File.ResolveLinkTarget("/proc/thread-self/ns/net", returnFinalTarget: false)?.Name ?? "";
        ReadOnlySpan<char> inode = target.AsSpan(target.IndexOf('[', StringComparison.Ordinal) + 1).TrimEnd(']');
        return uint.Parse(inode, CultureInfo.InvariantCulture);
    });

    /// <summary>Reads the namespace's value of a number in /proc/sys/net.</summary>
    /// <param name="name">As <c>net.ipv4.ip_forward</c>, or with slashes where a device's name may have a dot.</param>
    /// <exception cref="IOException">The kernel has no such setting.</exception>
    public Task<long> ReadSysctlAsync(string name) => RunAsync(() =>
        long.Parse(File.ReadAllText(SysctlPath(name)).Trim(), CultureInfo.InvariantCulture));

    /// <summary>Writes the namespace's value of a number in /proc/sys/net.</summary>
    /// <param name="name">As <see cref="ReadSysctlAsync"/> takes it.</param>
    /// <exception cref="IOException">The kernel has no such setting, or refuses the value.</exception>
    /// <exception cref="UnauthorizedAccessException">The process may not write it.</exception>
    public Task WriteSysctlAsync(string name, long value) => RunAsync(() =>
    {
        using FileStream file = new(SysctlPath(name), FileMode.Open, FileAccess.Write, FileShare.ReadWrite, 0);
        file.Write(Encoding.ASCII.GetBytes(value.ToString(CultureInfo.InvariantCulture)));
        return value;
    });

    public override string ToString() => Name is null ? "the host's network namespace" : $"network namespace {Name}";

    private static string SysctlPath(string name) =>
        "/proc/sys/" + (name.Contains('/', StringComparison.Ordinal) ? name : name.Replace('.', '/'));

    private void EnterOnThisThread()
    {
        if (Name is null)
        {
            return;
        }

        using SafeFileHandle file = File.OpenHandle(Path.Combine(Folder, Name));
        if (NativeMethods.SetNamespace(file, NativeMethods.CloneNewNet) != 0)
        {
            int error = Marshal.GetLastPInvokeError();
            throw new Win32Exception(error, $"cannot enter {this}: {Marshal.GetPInvokeErrorMessage(error)}");
        }
    }
}
