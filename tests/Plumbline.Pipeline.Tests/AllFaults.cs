namespace Plumbline.Pipeline.Tests;

/// <summary>Whether the faults are all to be tried, which takes many minutes: PLUMBLINE_ALL_FAULTS=1.</summary>
internal static class AllFaults
{
    public static bool Asked => Environment.GetEnvironmentVariable("PLUMBLINE_ALL_FAULTS") == "1";
}
