using System.Globalization;
using System.Net.NetworkInformation;

namespace Plumbline.Linux;

public static class MacAddress
{
    /// <summary>As ip and the kernel write it: <c>02:50:4c:00:00:01</c>.</summary>
    public static string Format(PhysicalAddress mac) =>
        string.Join(':', mac.GetAddressBytes().Select(each => each.ToString("x2", CultureInfo.InvariantCulture)));
}
