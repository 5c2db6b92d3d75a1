using System.Globalization;
using System.Text.Json;

namespace Plumbline.Contracts;

/// <summary>What changes when the value of an axis does.</summary>
public enum AxisScope
{
    /// <summary>Each trial has its value; all values share the step's rules.</summary>
    Trial,

    /// <summary>The rules differ, so each value is a step of its own.</summary>
    Step,
}

/// <summary>
/// One coordinate of a <see cref="Cell"/>, declared once: its names, its order and which values a request may ask for.
/// Records, tables and exports take all axes from <see cref="Axes.All"/>.
/// </summary>
public sealed record Axis
{
    /// <summary>In a cell's JSON, as <c>dataPlane</c>.</summary>
    public required string Name { get; init; }

    /// <summary>In a request, where it lists the values to measure, as <c>dataPlanes</c>.</summary>
    public required string Key { get; init; }

    /// <summary>For people, as <c>data plane</c>.</summary>
    public required string Words { get; init; }

    public AxisScope Scope { get; init; }

    /// <summary>Whether values are whole numbers, which are numbers in JSON and ordered by size.</summary>
    public bool IsNumeric { get; init; }

    /// <summary>The value of a cell whose request does not name any; null where such a cell has none.</summary>
    public string? Default { get; init; }

    /// <summary>Values in their order; null where they are ordered by size or by name.</summary>
    public IReadOnlyList<string>? Order { get; init; }

    /// <summary>The values that a request may ask for; null where any is taken.</summary>
    public IReadOnlyList<string>? Values { get; init; }

    /// <summary>Reads the values that a request asks for; null for an axis that has no property of its own there.</summary>
    public Func<ExperimentSpec, IEnumerable<string>>? Asked { get; init; }

    /// <summary>On the command line, as <c>--data-planes</c>.</summary>
    public string Flag => $"--{JsonNamingPolicy.KebabCaseLower.ConvertName(Key)}";

    /// <summary>In tables and CSV, as <c>data_plane</c>.</summary>
    public string Column => JsonNamingPolicy.SnakeCaseLower.ConvertName(Name);

    /// <summary>A value for people: numbers with thousands separators.</summary>
    public string Text(string value) => IsNumeric && long.TryParse(value, CultureInfo.InvariantCulture, out long number)
        ? number.ToString("N0", CultureInfo.InvariantCulture)
        : value;

    /// <summary>Why a request may not ask for a value; null where it may.</summary>
    public string? Refusal(string value) =>
        Values?.Contains(value) == false ? $"'{value}' is not one of {string.Join(", ", Values)}"
        : IsNumeric && !long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out _) ? $"'{value}' is not a whole number"
        : null;

    /// <summary>Orders two values; a cell without one comes first.</summary>
    public int Compare(string? left, string? right)
    {
        if (left is null || right is null || left == right)
        {
            return string.CompareOrdinal(left, right);
        }

        return (Rank(left), Rank(right)) is (long one, long other) && one != other
            ? one.CompareTo(other)
            : string.CompareOrdinal(left, right);
    }

    /// <summary>The values that a request asks for, in its order; the default where it names none.</summary>
    public IReadOnlyList<string> ValuesIn(ExperimentSpec spec)
    {
        string[] asked = [.. Asked?.Invoke(spec) ?? spec.OtherValues(this)];
        return asked.Length > 0 || Default is null ? asked : [Default];
    }

    private long Rank(string value) => Order is not null ? IndexIn(Order, value)
        : IsNumeric && long.TryParse(value, CultureInfo.InvariantCulture, out long number) ? number
        : 0;

    private static int IndexIn(IReadOnlyList<string> order, string value)
    {
        int index = 0;
        while (index < order.Count && order[index] != value)
        {
            index++;
        }

        return index;
    }
}
