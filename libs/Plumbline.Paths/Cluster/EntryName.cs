namespace Plumbline.Paths.Cluster;

/// <summary>Which entry a name on the node belongs to.</summary>
/// <param name="Role">The letter of the worker's role: see <see cref="PodEntry"/>.</param>
/// <param name="Experiment">The first eight digits of the experiment's id.</param>
internal readonly record struct EntryName(char Role, string Experiment)
{
    public static EntryName Of(char role, Guid experimentId) => new(role, experimentId.ToString("N")[..8]);
}
