using Plumbline.Linux;

namespace Plumbline.DataPlanes;

internal static class NodeFiles
{
    /// <summary>Lines of a file in the namespace's /proc/net; none where the kernel does not have it.</summary>
    public static Task<string[]> ReadProcAsync(NetworkNamespace node, string name) => node.RunAsync<string[]>(() =>
    {
        string path = $"/proc/thread-self/net/{name}";
        return File.Exists(path) ? File.ReadAllLines(path) : [];
    });
}
