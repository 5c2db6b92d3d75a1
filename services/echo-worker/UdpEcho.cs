using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;
using Plumbline.Contracts;
using Plumbline.Linux;

namespace Plumbline.EchoWorker;

/// <summary>
/// Sends datagrams back to their senders, from the address that each was sent to. A lab node's endpoints share one
/// socket, and conntrack recognises an answer only by the address of the endpoint that it chose. One blocking thread
/// does this, so an answer does not wait for other work of the process.
/// </summary>
internal sealed class UdpEcho : IDisposable
{
    private const int UdpHeaderLength = 8;

    private readonly Socket _socket;
    private readonly Thread _thread;
    private long _received;
    private volatile bool _stopping;
    private volatile bool _serving = true;

    /// <param name="socket">Bound, with IP_PKTINFO on. <see cref="Dispose"/> closes it.</param>
    public UdpEcho(Socket socket)
    {
        _socket = socket;
        _thread = new Thread(Run) { IsBackground = true, Name = "udp echo" };
        _thread.Start();
    }

    /// <summary>False once the thread has ended.</summary>
    public bool IsServing => _serving;

    /// <summary>Datagrams that woke the program so far.</summary>
    public long Received => Volatile.Read(ref _received);

    /// <summary>
    /// Makes the kernel drop pktgen's packets and those that begin with <see cref="EchoProtocol.NoEcho"/>. They arrive
    /// a hundred thousand times a second during a measurement, and must not wake a program next to it.
    /// </summary>
    public static FilterInstruction[] NoEchoFilter()
    {
        byte[] prefix = Encoding.ASCII.GetBytes(EchoProtocol.NoEcho);
        List<(FilterInstruction Load, uint Value)> parts = [];
        int at = 0;
        for (; at + 4 <= prefix.Length; at += 4)
        {
            uint word = BinaryPrimitives.ReadUInt32BigEndian(prefix.AsSpan(at));
            parts.Add((FilterInstruction.LoadWord(UdpHeaderLength + at), word));
        }

        for (; at < prefix.Length; at++)
        {
            parts.Add((FilterInstruction.LoadByte(UdpHeaderLength + at), prefix[at]));
        }

        // Check the length first: a load from beyond the end of a short datagram would drop it.
        int accept = 4 + (2 * parts.Count) + 1;
        List<FilterInstruction> program =
        [
            FilterInstruction.LoadLength,
            FilterInstruction.JumpIfAtLeast((uint)(UdpHeaderLength + prefix.Length), 0, (byte)(accept - 2)),
            FilterInstruction.LoadWord(UdpHeaderLength),
            FilterInstruction.JumpIfEqual(EchoProtocol.PktgenMagic, (byte)(accept - 1 - 4), 0),
        ];
        foreach ((FilterInstruction load, uint value) in parts)
        {
            program.Add(load);
            program.Add(FilterInstruction.JumpIfEqual(value, 0, (byte)(accept - program.Count - 1)));
        }

        return [.. program, FilterInstruction.Drop, FilterInstruction.Accept];
    }

    public void Dispose()
    {
        _stopping = true;
        try
        {
            // This wakes the thread, although it fails: a UDP socket has no connection to shut down.
            _socket.Shutdown(SocketShutdown.Both);
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
        }

        _thread.Join();
        _socket.Dispose();
    }

    private void Run()
    {
        DatagramReflector reflector = new(_socket.SafeHandle);
        while (reflector.ReflectNext(IsWanted))
        {
        }

        _serving = false;
    }

    private bool IsWanted()
    {
        if (_stopping)
        {
            return false;
        }

        Volatile.Write(ref _received, _received + 1);
        return true;
    }
}
