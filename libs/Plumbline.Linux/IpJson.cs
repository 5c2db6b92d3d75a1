using System.Text.Json;

namespace Plumbline.Linux;

/// <summary>Reads what ip prints as JSON.</summary>
internal static class IpJson
{
    /// <summary>Runs <c>ip -j</c> and reads the array that it prints.</summary>
    /// <exception cref="ToolException">ip failed.</exception>
    /// <exception cref="JsonException">ip printed something else.</exception>
    public static async Task<IReadOnlyList<T>> ListAsync<T>(
        NetworkNamespace where, IReadOnlyList<string> arguments, CancellationToken token)
    {
        string json = await Tool.RunAsync(where, "ip", ["-j", .. arguments], token: token);
        return JsonSerializer.Deserialize<T[]>(json) ?? [];
    }
}
