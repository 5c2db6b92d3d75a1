using System.ComponentModel;

namespace Plumbline.Linux.Tests;

[Trait("Category", "Kernel")]
public sealed class SocketTests
{
    [Fact]
    public void A_socket_that_cannot_be_set_up_is_closed()
    {
        Assert.SkipUnless(LinuxUser.IsRoot, "needs root for raw sockets");
        int before = OpenSockets();

        Win32Exception noCapture = Assert.Throws<Win32Exception>(
            () => new CaptureSocket("no-such-device", [FilterInstruction.Accept]));
        Win32Exception noPackets = Assert.Throws<Win32Exception>(() => new PacketSocket("no-such-device", 60, 1));
        Win32Exception noFilter = Assert.Throws<Win32Exception>(
            () => new CaptureSocket("lo", [FilterInstruction.LoadLength]));

        Assert.StartsWith("cannot find device no-such-device", noCapture.Message, StringComparison.Ordinal);
        Assert.StartsWith("cannot find device no-such-device", noPackets.Message, StringComparison.Ordinal);
        Assert.StartsWith("cannot attach a socket filter", noFilter.Message, StringComparison.Ordinal);
        Assert.Equal(before, OpenSockets());
    }

    [Fact]
    public void Disposing_closes_the_socket_and_later_calls_are_refused()
    {
        Assert.SkipUnless(LinuxUser.IsRoot, "needs root for raw sockets");
        int before = OpenSockets();
        PacketSocket packets = new("lo", 60, 1);
        RawIpv4Socket raw = new();
        CaptureSocket capture = new("lo", [FilterInstruction.Drop]);
        Assert.Equal(before + 3, OpenSockets());

        packets.Dispose();
        raw.Dispose();
        capture.Dispose();
        capture.Dispose();

        Assert.Equal(before, OpenSockets());
        Assert.Throws<ObjectDisposedException>(() => packets.Send(1));
        Assert.Throws<ObjectDisposedException>(() => raw.Send([0], 0));
        Assert.Throws<ObjectDisposedException>(() => capture.Receive());
    }

    [Fact]
    public void A_socket_that_nobody_disposes_of_is_closed_when_it_is_collected()
    {
        Assert.SkipUnless(LinuxUser.IsRoot, "needs root for raw sockets");
        int before = OpenSockets();

        Forget();
        GC.Collect();
        GC.WaitForPendingFinalizers();

        Assert.Equal(before, OpenSockets());

        [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
        static void Forget() => _ = new RawIpv4Socket();
    }

    /// <summary>AF_PACKET and raw sockets of this process; the test runner opens neither.</summary>
    private static int OpenSockets()
    {
        string[] tables = ["packet", "raw"];
        string[] inodes = [.. tables
            .SelectMany(table => File.ReadLines($"/proc/self/net/{table}").Skip(1))
            .SelectMany(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))];
        return Directory.EnumerateFiles("/proc/self/fd")
            .Select(file => File.ResolveLinkTarget(file, returnFinalTarget: false)?.Name ?? "")
            .Where(target => target.StartsWith("socket:[", StringComparison.Ordinal))
            .Count(target => inodes.Contains(target["socket:[".Length..^1]));
    }
}
