using System.Text.Json;
using Plumbline.Contracts;

namespace Plumbline.Paths.Lab;

/// <summary>
/// Which step each experiment's lab nodes hold, in a file beside the lock. A worker that gets a command again, even
/// after a restart, finds the nodes there, and does not make them anew while others measure on them.
/// </summary>
public static class LabSteps
{
    private const string Suffix = ".step.json";

    private static readonly JsonSerializerOptions s_options = new(JsonSerializerDefaults.Web);

    /// <summary>The step that the experiment's nodes hold; null when it has none.</summary>
    public static ServicesScaled? Find(Guid experimentId)
    {
        try
        {
            return LabNetwork.List(experimentId).Count == 0
                ? null
                : JsonSerializer.Deserialize<ServicesScaled>(File.ReadAllBytes(PathOf(experimentId)), s_options);
        }
        catch (Exception exception) when (
            exception is FileNotFoundException or DirectoryNotFoundException or JsonException)
        {
            return null;
        }
    }

    public static void Keep(ServicesScaled scaled)
    {
        Directory.CreateDirectory(LabLock.Folder);
        string path = PathOf(scaled.ExperimentId);
        File.WriteAllBytes($"{path}.new", JsonSerializer.SerializeToUtf8Bytes(scaled, s_options));
        File.Move($"{path}.new", path, overwrite: true);
    }

    /// <summary>Forgets one experiment's step, or all.</summary>
    public static void Forget(Guid? experimentId = null)
    {
        if (!Directory.Exists(LabLock.Folder))
        {
            return;
        }

        string prefix = experimentId?.ToString("N") ?? "";
        foreach (string path in Directory.EnumerateFiles(LabLock.Folder, $"{prefix}*{Suffix}*"))
        {
            File.Delete(path);
        }
    }

    private static string PathOf(Guid experimentId) => Path.Combine(LabLock.Folder, $"{experimentId:N}{Suffix}");
}
