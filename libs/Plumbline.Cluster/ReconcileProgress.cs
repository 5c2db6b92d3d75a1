namespace Plumbline.Cluster;

/// <summary>How far the Services are from the desired ones.</summary>
/// <param name="InPlace">Services that exist as desired.</param>
/// <param name="Remaining">Objects that are still to be created or removed, of those that the last look found.</param>
public sealed record ReconcileProgress(int InPlace, int Remaining);
