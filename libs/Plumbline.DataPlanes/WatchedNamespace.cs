using Plumbline.Linux;

namespace Plumbline.DataPlanes;

/// <summary>A network namespace whose rules a trial's packets may meet.</summary>
/// <param name="Name">What it is to the packets, as <c>node</c>.</param>
/// <param name="Where">The namespace.</param>
/// <param name="OwnTables">
/// How the names of nf_tables tables begin that Plumbline itself makes and removes there; null where it makes none.
/// </param>
public sealed record WatchedNamespace(string Name, NetworkNamespace Where, string? OwnTables = null);
