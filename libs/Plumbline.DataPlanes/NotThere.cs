using Plumbline.Linux;

namespace Plumbline.DataPlanes;

/// <summary>Accepts "there is no such chain or map" as an answer.</summary>
internal static class NotThere
{
    /// <summary>The exit code of iptables and nft then.</summary>
    private const int ExitCode = 1;

    /// <exception cref="ToolException">The tool failed for another reason.</exception>
    public static async Task<T> OrAsync<T>(Func<Task<T>> read, T otherwise)
    {
        try
        {
            return await read();
        }
        catch (ToolException exception) when (exception.ExitCode == ExitCode)
        {
            return otherwise;
        }
    }
}
