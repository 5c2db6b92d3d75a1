using System.Buffers.Binary;
using Plumbline.Contracts;
using Plumbline.Linux;
using Plumbline.DataPlanes;
using Plumbline.Paths;
using Plumbline.Trials;

namespace Plumbline.RttProbe.Raw;

/// <summary>
/// Sends probe packets as raw IPv4, each from its own source address and port, and captures answers where they
/// arrive. It opens in the calling thread's namespace.
/// </summary>
internal sealed class Ipv4ProbeChannel : IProbeChannel
{
    private const int MinimumHeader = 20;

    /// <summary>
    /// The kernel starts to stamp arrivals a few milliseconds after the request. Earlier ones are untimed.
    /// </summary>
    private static readonly TimeSpan s_untilStamping = TimeSpan.FromMilliseconds(20);

    private readonly RawIpv4Socket _sender;
    private readonly CaptureSocket _receiver;
    private readonly IProbePacket _packet;
    private readonly ProbeAddresses _addresses;
    private readonly byte[] _bytes;
    private readonly TransmitStamp[] _stamps = new TransmitStamp[RawIpv4Socket.MostStamps];

    /// <summary>The probe packets that the kernel accepted, in the order of sending.</summary>
    private readonly int[] _sent;
    private readonly Queue<ProbeStamp> _stampsBeforeRestart = new();
    private int _sentCount;

    /// <summary>How many were sent before the socket restarted its numbers at 0.</summary>
    private int _sentBeforeRestart;

    /// <exception cref="System.ComponentModel.Win32Exception">
    /// The device is missing, or CAP_NET_RAW or CAP_NET_ADMIN is.
    /// </exception>
    public Ipv4ProbeChannel(ServiceProtocol protocol, string device, ProbeAddresses addresses)
    {
        _addresses = addresses;
        _packet = protocol == ServiceProtocol.Tcp
            ? new TcpSynPacket(addresses.DestinationPort)
            : new UdpEchoPacket(addresses.DestinationPort);
        _bytes = new byte[_packet.Length];
        _sent = new int[addresses.Destinations.Length];
        _receiver = new CaptureSocket(device, AnswerFilter.Of(_packet.Protocol, addresses));
        try
        {
            _sender = new RawIpv4Socket();
            Thread.Sleep(s_untilStamping);
        }
        catch
        {
            _receiver.Dispose();
            throw;
        }
    }

    public int Send(int probe)
    {
        _packet.Write(_bytes, _addresses.SourceOf(probe), _addresses.Destinations[probe], _addresses.SequenceOf(probe));
        int errno = _sender.Send(_bytes, _addresses.Destinations[probe]);
        if (errno == 0)
        {
            _sent[_sentCount++] = probe;
        }
        else
        {
            RestartNumbering();
        }

        return errno;
    }

    public int ReadTransmitted(Span<ProbeStamp> transmitted)
    {
        int early = 0;
        while (early < transmitted.Length && _stampsBeforeRestart.TryDequeue(out ProbeStamp stamp))
        {
            transmitted[early++] = stamp;
        }

        if (early > 0)
        {
            return early;
        }

        int count = _sender.ReadStamps(_stamps);
        for (int i = 0; i < count; i++)
        {
            transmitted[i] = ProbeOf(_stamps[i]);
        }

        return count;
    }

    public int ReadAnswers(Span<ProbeStamp> answers)
    {
        int count = _receiver.Receive();
        for (int i = 0; i < count; i++)
        {
            answers[i] = new ProbeStamp(ProbeAnsweredBy(_receiver.Packet(i)), _receiver.StampUnixNs(i));
        }

        return count;
    }

    public long ReadDrops() => _receiver.ReadDrops();

    public void Release()
    {
        foreach (int probe in _sent.AsSpan(0, _sentCount))
        {
            uint destination = _addresses.Destinations[probe];
            uint sequence = _addresses.SequenceOf(probe);
            if (_packet.WriteRelease(_bytes, _addresses.SourceOf(probe), destination, sequence))
            {
                _ = _sender.Send(_bytes, destination);
            }
        }
    }

    public void Dispose()
    {
        _sender.Dispose();
        _receiver.Dispose();
    }

    private void RestartNumbering()
    {
        int count;
        do
        {
            count = _sender.ReadStamps(_stamps);
            for (int i = 0; i < count; i++)
            {
                _stampsBeforeRestart.Enqueue(ProbeOf(_stamps[i]));
            }
        }
        while (count == _stamps.Length);

        _sender.RestartNumbering();
        _sentBeforeRestart = _sentCount;
    }

    /// <summary>The kernel also stamps releases, which follow the probe packets. They are stray.</summary>
    private ProbeStamp ProbeOf(TransmitStamp stamp)
    {
        long index = _sentBeforeRestart + stamp.Number;
        return index < _sentCount ? new ProbeStamp(_sent[index], stamp.UnixNs) : new ProbeStamp(ProbeStamp.Stray, 0);
    }

    /// <summary>An answer has its probe packet's addresses the other way round, and its sequence.</summary>
    private int ProbeAnsweredBy(ReadOnlySpan<byte> packet)
    {
        int header = packet.Length < MinimumHeader ? 0 : (packet[0] & 0xf) * 4;
        if (header < MinimumHeader || packet.Length < header + 4)
        {
            return ProbeStamp.Stray;
        }

        IpAddress ip = new(BinaryPrimitives.ReadUInt32BigEndian(packet[16..]));
        FlowAddress to = new(ip, BinaryPrimitives.ReadUInt16BigEndian(packet[(header + 2)..]));
        int probe = _addresses.ProbeOf(to);
        return probe >= 0
            && BinaryPrimitives.ReadUInt32BigEndian(packet[12..]) == _addresses.Destinations[probe]
            && _packet.Answers(packet[header..], _addresses.SequenceOf(probe))
                ? probe
                : ProbeStamp.Stray;
    }
}
