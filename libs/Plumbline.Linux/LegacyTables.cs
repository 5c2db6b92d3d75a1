using System.ComponentModel;
using System.Runtime.InteropServices;
using System.Text;

namespace Plumbline.Linux;

/// <summary>
/// The tables of ip_tables, which iptables-legacy fills, as the kernel holds them. Works in the network namespace of
/// the calling thread. Layout: include/uapi/linux/netfilter_ipv4/ip_tables.h.
/// </summary>
public static unsafe class LegacyTables
{
    private const int GetInfo = 64;
    private const int GetEntries = 65;
    private const int NameBytes = 32;
    private const int InfoBytes = 84;
    private const int InfoSizeOffset = 80;

    /// <summary>struct ipt_get_entries without its entries.</summary>
    private const int EntriesHeaderBytes = 40;

    private const int NextOffset = 90;

    /// <summary>What the kernel writes into an entry by itself: where packets come from, and counters.</summary>
    private const int ComesFromOffset = 92;
    private const int EntryBytes = 112;

    private const int TryAgain = 11;

    /// <summary>
    /// Names of the tables that the namespace has, without making one: a table that is asked for by its name is made,
    /// and costs every packet time.
    /// </summary>
    /// <param name="isIpv6">Of ip6_tables instead.</param>
    public static IReadOnlyList<string> Names(bool isIpv6 = false)
    {
        string path = $"/proc/thread-self/net/{(isIpv6 ? "ip6" : "ip")}_tables_names";
        return File.Exists(path) ? [.. File.ReadAllLines(path).Order(StringComparer.Ordinal)] : [];
    }

    /// <summary>All rules of a table that the namespace has, as the kernel holds them, without their counts.</summary>
    /// <exception cref="Win32Exception">The process lacks CAP_NET_ADMIN.</exception>
    public static byte[] ReadRules(string table)
    {
        using NativeSocket socket = NativeSocket.Open(
            NativeMethods.AddressFamilyInet, NativeMethods.SocketRaw, NativeMethods.ProtocolRaw, "a raw socket",
            _ => { });
        while (true)
        {
            byte[] info = Request(table, InfoBytes);
            SystemCall.Check(Get(socket, GetInfo, info), $"read table {table}");
            int size = MemoryMarshal.Read<int>(info.AsSpan(InfoSizeOffset));
            byte[] entries = Request(table, EntriesHeaderBytes + size);
            MemoryMarshal.Write(entries.AsSpan(NameBytes), size);

            // The kernel asks for another try when the table's size has changed meanwhile.
            int result = Get(socket, GetEntries, entries);
            if (result == 0 || Marshal.GetLastPInvokeError() != TryAgain)
            {
                SystemCall.Check(result, $"read table {table}");
                ForgetCounts(entries.AsSpan(EntriesHeaderBytes));
                return entries;
            }
        }
    }

    private static byte[] Request(string table, int length)
    {
        // The kernel leaves what follows the end of a name as it is, so it must be 0.
        byte[] request = new byte[length];
        Encoding.ASCII.GetBytes(table, request);
        return request;
    }

    private static int Get(NativeSocket socket, int option, byte[] request)
    {
        uint length = (uint)request.Length;
        fixed (byte* bytes = request)
        {
            return NativeMethods.GetSocketOption(socket, NativeMethods.SolIp, option, bytes, &length);
        }
    }

    private static void ForgetCounts(Span<byte> entries)
    {
        while (entries.Length >= EntryBytes)
        {
            entries[ComesFromOffset..EntryBytes].Clear();
            entries = entries[MemoryMarshal.Read<ushort>(entries[NextOffset..])..];
        }
    }
}
