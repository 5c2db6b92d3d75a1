namespace Plumbline.Lab;

/// <summary>
/// Only one lab runs on a machine at a time: two would disturb each other's measurement. The lock is on an open file, so
/// it is gone with the process, however that ends.
/// </summary>
public sealed class LabLock : IDisposable
{
    public const string DefaultPath = "/run/plumbline/lab.lock";

    private readonly FileStream _file;

    private LabLock(FileStream file) => _file = file;

    /// <summary>Takes the lock; null when another lab holds it.</summary>
    public static LabLock? TryTake(string path = DefaultPath)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        try
        {
            return new LabLock(new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (IOException)
        {
            return null;
        }
    }

    public void Dispose() => _file.Dispose();
}
