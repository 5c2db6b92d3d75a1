using Plumbline.Linux;

namespace Plumbline.Paths;

/// <summary>Settings of namespaces that are made for measuring.</summary>
internal static class QuietNamespace
{
    /// <summary>
    /// Switches IPv6 and reverse-path filters off: IPv6 would put packets of its own on the measured device.
    /// </summary>
    /// <exception cref="IOException">A setting cannot be written.</exception>
    public static async Task QuietenAsync(NetworkNamespace where)
    {
        foreach (string which in (string[])["all", "default"])
        {
            await where.WriteSysctlAsync($"net.ipv6.conf.{which}.disable_ipv6", 1);
            await where.WriteSysctlAsync($"net.ipv4.conf.{which}.rp_filter", 0);
        }
    }
}
