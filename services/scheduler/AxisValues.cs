using System.Text.Json;
using Plumbline.Contracts;

namespace Plumbline.Scheduler;

/// <summary>Checks a request's values of axes without a property of their own. Pure.</summary>
internal static class AxisValues
{
    /// <summary>What is wrong with a key and its values. Null when they can be swept.</summary>
    public static string? Problem(string key, JsonElement values)
    {
        if (Axes.Others.FirstOrDefault(axis => axis.Key == key) is not { } axis)
        {
            return "there is no such field";
        }

        if (values.ValueKind != JsonValueKind.Array || values.GetArrayLength() == 0)
        {
            return "must be a list of values";
        }

        string[] names = [.. values.EnumerateArray().Select(each => each.ToString())];
        return names.Distinct().Count() < names.Length
            ? "names a value twice"
            : names.Select(axis.Refusal).FirstOrDefault(problem => problem is not null);
    }
}
