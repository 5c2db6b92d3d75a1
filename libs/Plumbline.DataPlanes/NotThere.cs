using Plumbline.Linux;

namespace Plumbline.DataPlanes;

/// <summary>Takes "there is no such chain or map" for an answer.</summary>
internal static class NotThere
{
    /// <summary>How iptables and nft exit then.</summary>
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
