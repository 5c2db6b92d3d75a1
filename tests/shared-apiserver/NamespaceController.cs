namespace Plumbline.Tests;

/// <summary>Empties terminating namespaces and then removes them, like a cluster's controller manager.</summary>
internal sealed class NamespaceController(ObjectStore store, Admission admission)
{
    private static readonly TimeSpan s_period = TimeSpan.FromMilliseconds(20);

    /// <summary>Whether it works. If not, namespaces stay as they are.</summary>
    public bool IsAtWork { get; set; } = true;

    public async Task RunAsync(CancellationToken token)
    {
        using PeriodicTimer timer = new(s_period);
        try
        {
            while (await timer.WaitForNextTickAsync(token))
            {
                if (IsAtWork)
                {
                    Work();
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The test ends.
        }
    }

    private void Work()
    {
        lock (store.Lock)
        {
            foreach (StoredObject each in store.List(ResourceKind.Namespaces, null).Where(each => each.IsTerminating))
            {
                foreach (ResourceKind kind in ResourceKind.All.Where(kind => kind.IsNamespaced))
                {
                    foreach (StoredObject content in store.List(kind, each.Name))
                    {
                        store.Remove(kind, content);
                        admission.Forget(kind, content);
                    }
                }

                store.Remove(ResourceKind.Namespaces, each);
            }
        }
    }
}
