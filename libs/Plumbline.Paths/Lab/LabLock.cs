namespace Plumbline.Paths.Lab;

/// <summary>
/// Only one lab runs on a machine at a time, and in it only one trial: two would disturb each other's measurement. The lock is
/// on an open file, so it is gone with the process, however that ends.
/// </summary>
public sealed class LabLock : IDisposable
{
    /// <summary>Of files that tell the processes of a machine about each other; gone when it starts anew.</summary>
    public const string Folder = "/run/plumbline";

    public const string DefaultPath = Folder + "/lab.lock";

    /// <summary>Held while a trial is measured.</summary>
    public const string MeasuringPath = Folder + "/measuring.lock";

    private static readonly TimeSpan s_retry = TimeSpan.FromMilliseconds(20);

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

    /// <summary>Takes the lock when it is free.</summary>
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
