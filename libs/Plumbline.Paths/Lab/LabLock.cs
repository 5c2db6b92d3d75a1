namespace Plumbline.Paths.Lab;

/// <summary>
/// One lab runs on a machine at a time, and one trial in it: two would disturb each other's measurement. The lock is on
/// an open file, so it is gone when its process is, however that ends.
/// </summary>
public sealed class LabLock : IDisposable
{
    /// <summary>
    /// Files by which the processes of a machine know about each other. The folder is gone after a restart.
    /// </summary>
    public const string Folder = "/run/plumbline";

    public const string DefaultPath = Folder + "/lab.lock";

    /// <summary>Held while a trial is measured.</summary>
    public const string MeasuringPath = Folder + "/measuring.lock";

    private static readonly TimeSpan s_retry = TimeSpan.FromMilliseconds(20);

    private readonly FileStream _file;

    private LabLock(FileStream file) => _file = file;

    /// <summary>Takes the lock; null when another process holds it.</summary>
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

    /// <summary>Waits until the lock is free, and takes it.</summary>
    public static async Task<LabLock> TakeAsync(string path, CancellationToken token)
    {
        LabLock? taken;
        while ((taken = TryTake(path)) is null)
        {
            await Task.Delay(s_retry, token);
        }

        return taken;
    }

    public void Dispose() => _file.Dispose();
}
