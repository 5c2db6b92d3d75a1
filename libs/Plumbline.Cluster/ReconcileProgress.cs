namespace Plumbline.Cluster;

/// <summary>How far the Services are from what they should be.</summary>
/// <param name="Standing">Services that are there.</param>
/// <param name="Remaining">Objects still to be created or removed, of all that the last look found.</param>
public sealed record ReconcileProgress(int Standing, int Remaining);
