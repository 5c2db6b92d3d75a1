using System.Text.Json.Nodes;

namespace Plumbline.Tests;

/// <summary>A change of an object, as a watch sends it.</summary>
internal sealed record StoreEvent(long Version, ResourceKind Kind, string Type, StoredObject Object);

/// <summary>
/// All objects at all versions since the last compaction, like etcd. All pages of a list show one version. The list
/// fails when that version is compacted.
/// </summary>
internal sealed class ObjectStore
{
    private readonly Dictionary<
        ResourceKind, SortedDictionary<string, List<(long Version, StoredObject? Object)>>> _objects =
        ResourceKind.All.ToDictionary(
            kind => kind, _ => new SortedDictionary<string, List<(long, StoredObject?)>>(StringComparer.Ordinal));

    private readonly List<StoreEvent> _events = [];
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _compacted;

    /// <summary>Held from a read to the change that depends on it.</summary>
    public Lock Lock { get; } = new();

    public long Version { get; private set; } = 1_000;

    public StoredObject? Find(ResourceKind kind, string inNamespace, string name)
    {
        lock (Lock)
        {
            return _objects[kind]
                .TryGetValue($"{inNamespace}/{name}", out List<(long Version, StoredObject? Object)>? versions)
                ? versions[^1].Object
                : null;
        }
    }

    /// <summary>Objects at that version, sorted by key.</summary>
    /// <param name="inNamespace">Null: all namespaces.</param>
    /// <exception cref="ApiFailure">That version is compacted.</exception>
    public IReadOnlyList<StoredObject> List(ResourceKind kind, string? inNamespace, long? version = null)
    {
        lock (Lock)
        {
            if (version < _compacted)
            {
                throw ApiFailure.Expired();
            }

            return
            [
                .. _objects[kind].Values.Select(
                    versions =>
                        version is null
                            ? versions[^1].Object
                            : versions.LastOrDefault(each => each.Version <= version).Object)
                    .OfType<StoredObject>()
                    .Where(each => inNamespace is null || each.Namespace == inNamespace),
            ];
        }
    }

    public StoredObject Put(ResourceKind kind, JsonObject json)
    {
        lock (Lock)
        {
            StoredObject stored = StoredObject.Of(json, ++Version);
            SortedDictionary<string, List<(long Version, StoredObject? Object)>> all = _objects[kind];
            if (!all.TryGetValue(stored.Key, out List<(long Version, StoredObject? Object)>? versions))
            {
                all[stored.Key] = versions = [];
            }

            bool isNew = versions.Count == 0 || versions[^1].Object is null;
            versions.Add((Version, stored));
            Tell(new StoreEvent(Version, kind, isNew ? "ADDED" : "MODIFIED", stored));
            return stored;
        }
    }

    public void Remove(ResourceKind kind, StoredObject stored)
    {
        lock (Lock)
        {
            Version++;
            _objects[kind][stored.Key].Add((Version, null));
            Tell(new StoreEvent(Version, kind, "DELETED", StoredObject.Of(stored.Copy(), Version)));
        }
    }

    /// <summary>Forgets all versions except the present one.</summary>
    public void Compact()
    {
        lock (Lock)
        {
            _compacted = Version;
            _events.Clear();
            foreach (SortedDictionary<string, List<(long Version, StoredObject? Object)>> all in _objects.Values)
            {
                foreach ((string key, List<(long Version, StoredObject? Object)> versions) in all.ToArray())
                {
                    versions.RemoveRange(0, versions.Count - 1);
                    if (versions[0].Object is null)
                    {
                        all.Remove(key);
                    }
                }
            }
        }
    }

    /// <summary>
    /// The changes after that version, and a task that ends when there are more; null when the version is compacted.
    /// </summary>
    public (IReadOnlyList<StoreEvent> Events, Task Changed)? EventsAfter(long version)
    {
        lock (Lock)
        {
            return version < _compacted
                ? null
                : (_events.Where(each => each.Version > version).ToArray(), _changed.Task);
        }
    }

    private void Tell(StoreEvent change)
    {
        _events.Add(change);
        _changed.SetResult();
        _changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
