using k8s;
using k8s.Models;

namespace Plumbline.Cluster;

/// <summary>Lists of any length, a page at a time.</summary>
public static class Pages
{
    private const int Size = 500;

    /// <summary>How often a list is begun anew because the API server forgot the state that its first pages are of.</summary>
    private const int MostBeginnings = 5;

    /// <summary>All items, as they were at one moment.</summary>
    /// <param name="what">In words, to be read after "cannot list".</param>
    /// <param name="page">Gives the page that a continue token names (null: the first) of at most so many items.</param>
    /// <exception cref="ApiException">It failed for good.</exception>
    public static async Task<IReadOnlyList<T>> ListAsync<TList, T>(
        ApiServer api, string what, Func<IKubernetes, string?, int, CancellationToken, Task<TList>> page, CancellationToken token)
        where TList : IKubernetesObject<V1ListMeta>, IItems<T>
    {
        for (int beginnings = 1; ; beginnings++)
        {
            try
            {
                return await ListOnceAsync<TList, T>(api, what, page, token);
            }
            catch (ApiException exception) when (exception.IsExpired && beginnings < MostBeginnings)
            {
                // Begun anew.
            }
        }
    }

    private static async Task<IReadOnlyList<T>> ListOnceAsync<TList, T>(
        ApiServer api, string what, Func<IKubernetes, string?, int, CancellationToken, Task<TList>> page, CancellationToken token)
        where TList : IKubernetesObject<V1ListMeta>, IItems<T>
    {
        List<T> items = [];
        string? next = null;
        do
        {
            TList list = await api.CallAsync($"list {what}", (client, attempt) => page(client, next, Size, attempt), token);
            items.AddRange(list.Items);
            next = list.Metadata?.ContinueProperty;
        }
        while (!string.IsNullOrEmpty(next));
        return items;
    }
}
