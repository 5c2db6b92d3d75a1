using System.Buffers.Binary;
using Plumbline.Contracts;
using Plumbline.Linux;
using Plumbline.Trials;

namespace Plumbline.RttProbe.Raw;

/// <summary>
/// Probes as raw IPv4 packets, each from a source address and port of its own; answers are captured where they arrive. Opened
/// in the namespace of the calling thread.
/// </summary>
internal sealed class Ipv4ProbeChannel : IProbeChannel
{
    private const int MinimumHeader = 20;

    private readonly RawIpv4Socket _sender;
    private readonly CaptureSocket _receiver;
    private readonly IProbePacket _packet;
    private readonly ProbeAddresses _addresses;
    private readonly byte[] _bytes;
    private readonly TransmitStamp[] _stamps = new TransmitStamp[RawIpv4Socket.MostStamps];

    /// <summary>Which probe each packet that the sender stamps was, by the number it gives them.</summary>
    private readonly int[] _probeOfNumber;
    private uint _nextNumber;

    /// <exception cref="System.ComponentModel.Win32Exception">No such device, or not permitted (CAP_NET_RAW, CAP_NET_ADMIN).</exception>
    public Ipv4ProbeChannel(RoundTripMode mode, string device, ProbeAddresses addresses)
    {
        _addresses = addresses;
        _packet = mode == RoundTripMode.TcpSyn ? new TcpSynPacket(addresses.DestinationPort) : new UdpEchoPacket(addresses.DestinationPort);
        _bytes = new byte[_packet.Length];
        _probeOfNumber = new int[addresses.Destinations.Length];
        _receiver = new CaptureSocket(device, AnswerFilter.Of(_packet.Protocol, addresses));
        try
        {
            _sender = new RawIpv4Socket();
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
            _probeOfNumber[_nextNumber++] = probe;
        }

        return errno;
    }

    public int ReadTransmitted(Span<ProbeStamp> transmitted)
    {
        int count = _sender.ReadStamps(_stamps);
        for (int i = 0; i < count; i++)
        {
            // Packets after the probes (releases) are stamped too and are none.
            transmitted[i] = _stamps[i].Number < _nextNumber
                ? new ProbeStamp(_probeOfNumber[_stamps[i].Number], _stamps[i].UnixNs)
                : new ProbeStamp(ProbeStamp.Stray, 0);
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
        foreach (int probe in _probeOfNumber.AsSpan(0, (int)_nextNumber))
        {
            if (_packet.WriteRelease(_bytes, _addresses.SourceOf(probe), _addresses.Destinations[probe], _addresses.SequenceOf(probe)))
            {
                _ = _sender.Send(_bytes, _addresses.Destinations[probe]);
            }
        }
    }

    public void Dispose()
    {
        _sender.Dispose();
        _receiver.Dispose();
    }

    /// <summary>An answer comes from where its probe went to, goes to where it came from, and names its sequence.</summary>
    private int ProbeAnsweredBy(ReadOnlySpan<byte> packet)
    {
        int header = packet.Length < MinimumHeader ? 0 : (packet[0] & 0xf) * 4;
        if (header < MinimumHeader || packet.Length < header + 4)
        {
            return ProbeStamp.Stray;
        }

        FlowAddress to = new(BinaryPrimitives.ReadUInt32BigEndian(packet[16..]), BinaryPrimitives.ReadUInt16BigEndian(packet[(header + 2)..]));
        int probe = _addresses.ProbeOf(to);
        return probe >= 0
            && BinaryPrimitives.ReadUInt32BigEndian(packet[12..]) == _addresses.Destinations[probe]
            && _packet.Answers(packet[header..], _addresses.SequenceOf(probe))
                ? probe
                : ProbeStamp.Stray;
    }
}
