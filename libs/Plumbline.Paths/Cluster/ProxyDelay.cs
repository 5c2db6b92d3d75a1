using System.Globalization;
using System.Text.RegularExpressions;
using Plumbline.Linux;

namespace Plumbline.Paths.Cluster;

/// <summary>
/// Sets a device's proxy_delay to 0 while entries use the device, and gives it its earlier value back when the last one
/// leaves. Each user puts an alternative name on the device that says who it is and what the value was:
/// <code>
///   plumbline-o-1a2b3c4d-on-7-proxy-delay-80
/// </code>
/// The kernel keeps these names with the device, in the node's namespace. So every worker on the node sees them,
/// whatever files its container has, and the next one finds them after a worker was killed.
/// </summary>
internal static partial class ProxyDelay
{
    /// <summary>
    /// Call it under the node's lock, before the first packet. Does nothing where the delay was 0 without us.
    /// </summary>
    public static async Task SuspendAsync(
        NetworkNamespace node, IpLink device, EntryName entry, CancellationToken token)
    {
        long earlier = UsersOf(device).Select(user => (long?)user.Earlier).FirstOrDefault()
            ?? await node.ReadSysctlAsync(SettingOf(device));
        if (earlier == 0)
        {
            return;
        }

        // The note first: a worker that is killed in between has changed nothing, and leaves a note that says so.
        string note = $"link property add dev {device.Name} altname {Note(device, entry, earlier)}";
        await IpBatch.RunAsync(node, [note], token);
        await node.WriteSysctlAsync(SettingOf(device), 0);
    }

    /// <summary>Call it under the node's lock. Does nothing on a device that no leaving entry uses.</summary>
    public static async Task ResumeAsync(NetworkNamespace node, IpLink device, Func<EntryName, bool> isLeaving)
    {
        User[] users = [.. UsersOf(device)];
        User[] leaving = [.. users.Where(user => isLeaving(user.Entry))];
        if (leaving.Length == 0)
        {
            return;
        }

        if (leaving.Length == users.Length)
        {
            await node.WriteSysctlAsync(SettingOf(device), leaving[0].Earlier);
        }

        string remove = $"link property del dev {device.Name} altname";
        await IpBatch.RunAsync(node, leaving.Select(user => $"{remove} {user.AltName}"), CancellationToken.None);
    }

    private static IEnumerable<User> UsersOf(IpLink device) =>
        from altName in device.AltNames
        let found = NotePattern().Match(altName)
        where found.Success
        select new User(
            altName,
            new EntryName(found.Groups["role"].Value[0], found.Groups["experiment"].Value),
            long.Parse(found.Groups["earlier"].Value, CultureInfo.InvariantCulture));

    /// <summary>With the device's number, because an alternative name is unique in its namespace.</summary>
    private static string Note(IpLink device, EntryName entry, long earlier) => string.Create(
        CultureInfo.InvariantCulture,
        $"plumbline-{entry.Role}-{entry.Experiment}-on-{device.Index}-proxy-delay-{earlier}");

    [GeneratedRegex(
        @"^plumbline-(?<role>[a-z])-(?<experiment>[0-9a-f]{8})-on-\d+-proxy-delay-(?<earlier>\d+)$",
        RegexOptions.ExplicitCapture)]
    private static partial Regex NotePattern();

    /// <summary>With slashes, because a device's name may have dots.</summary>
    private static string SettingOf(IpLink device) => $"net/ipv4/neigh/{device.Name}/proxy_delay";

    private sealed record User(string AltName, EntryName Entry, long Earlier);
}
