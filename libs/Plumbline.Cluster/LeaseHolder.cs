namespace Plumbline.Cluster;

/// <summary>Who holds a cluster: an experiment, and the pipeline that runs it.</summary>
public sealed record LeaseHolder(string Pipeline, Guid ExperimentId)
{
    private const char Separator = '/';

    public string Identity => $"{Pipeline}{Separator}{ExperimentId:N}";

    /// <summary>Null when nobody holds the cluster, or when the holder is not a pipeline.</summary>
    public static LeaseHolder? Parse(string? identity)
    {
        int separator = identity?.LastIndexOf(Separator) ?? -1;
        return separator > 0 && Guid.TryParseExact(identity![(separator + 1)..], "N", out Guid experimentId)
            ? new LeaseHolder(identity[..separator], experimentId)
            : null;
    }

    public override string ToString() => $"experiment {ExperimentId:N} of pipeline {Pipeline}";
}
