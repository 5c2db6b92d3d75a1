namespace Plumbline.Pipeline.Tests;

/// <summary>PLUMBLINE_ALL_FAULTS=1 tries all faults, which takes many minutes.</summary>
internal static class AllFaults
{
    public static bool Asked => Environment.GetEnvironmentVariable("PLUMBLINE_ALL_FAULTS") == "1";
}
