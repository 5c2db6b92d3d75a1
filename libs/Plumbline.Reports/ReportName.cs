namespace Plumbline.Reports;

/// <summary>How the file names of an experiment's reports begin.</summary>
public static class ReportName
{
    /// <summary>As <c>4859e818</c>; for one of several nodes as <c>4859e818-worker-1</c>.</summary>
    public static string Of(ExperimentResults results)
    {
        string id = ShortId.Of(results.Summary.ExperimentId);
        return results.Node is { } node && results.Summary.Spec.Nodes.Count > 1 ? $"{id}-{node}" : id;
    }
}
