using k8s;
using k8s.Models;

namespace Plumbline.Cluster;

/// <summary>Lists of any length, read page by page.</summary>
public static class Pages
{
    private const int Size = 500;

    /// <summary>
    /// How often a list is started, when the API server forgets the state that the first pages came from.
    /// </summary>
    private const int MostBeginnings = 5;

    /// <summary>All items, as they were at one moment.</summary>
    /// <param name="api">The cluster.</param>
    /// <param name="what">What is listed, in words; read after "cannot list".</param>
    /// <param name="page">
    /// Reads the page that a continue token names (null: the first), with at most so many items.
    /// </param>
    /// <param name="token">Ends the reading.</param>
    /// <exception cref="ApiException">The last attempt failed.</exception>
    public static async Task<IReadOnlyList<T>> ListAsync<TList, T>(
        ApiServer api,
        string what,
        Func<IKubernetes, string?, int, CancellationToken, Task<TList>> page,
        CancellationToken token)
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
                // Start again from the first page.
            }
        }
    }

    private static async Task<IReadOnlyList<T>> ListOnceAsync<TList, T>(
        ApiServer api,
        string what,
        Func<IKubernetes, string?, int, CancellationToken, Task<TList>> page,
        CancellationToken token)
        where TList : IKubernetesObject<V1ListMeta>, IItems<T>
    {
        List<T> items = [];
        string? next = null;
        do
        {
            TList list = await api.CallAsync(
                $"list {what}", (client, attempt) => page(client, next, Size, attempt), token);
            items.AddRange(list.Items);
            next = list.Metadata?.ContinueProperty;
        }
        while (!string.IsNullOrEmpty(next));
        return items;
    }
}
