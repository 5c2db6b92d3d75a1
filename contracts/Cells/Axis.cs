using System.Globalization;
using System.Text.Json;

namespace Plumbline.Contracts;

/// <summary>What has to change to measure another value of an axis.</summary>
public enum AxisScope
{
    /// <summary>The trial alone. All values share the step's rules.</summary>
    Trial,

    /// <summary>The rules. Each value is a step of its own.</summary>
    Step,
}

/// <summary>
/// One coordinate of a <see cref="Cell"/>, declared once: its names, the order of its values, and which values a
/// request may sweep. Plans, tables and exports loop over <see cref="Axes.All"/>.
/// </summary>
public sealed record Axis
{
    /// <summary>Name in a cell's JSON: <c>dataPlane</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Field of a request that lists the values to measure: <c>dataPlanes</c>.</summary>
    public required string Key { get; init; }

    /// <summary>Name for people: <c>data plane</c>.</summary>
    public required string Words { get; init; }

    public AxisScope Scope { get; init; }

    /// <summary>Values are whole numbers: numbers in JSON, ordered by size.</summary>
    public bool IsNumeric { get; init; }

    /// <summary>Largest number that a request may name. Null: any.</summary>
    public long? Most { get; init; }

    /// <summary>Value of a cell whose request names none. Null: such a cell has no value on this axis.</summary>
    public string? Default { get; init; }

    /// <summary>Values in their order; values that it lacks come after them. Null: by size or by name.</summary>
    public IReadOnlyList<string>? Order { get; init; }

    /// <summary>Values that a request may name. Null: any.</summary>
    public IReadOnlyList<string>? Values { get; init; }

    /// <summary>Reads the values from the request. Null: the request has no property for this axis.</summary>
    public Func<ExperimentSpec, IEnumerable<string>>? Asked { get; init; }

    /// <summary>Option of the command line: <c>--data-planes</c>.</summary>
    public string Flag => $"--{JsonNamingPolicy.KebabCaseLower.ConvertName(Key)}";

    /// <summary>Column of tables and CSV: <c>data_plane</c>.</summary>
    public string Column => JsonNamingPolicy.SnakeCaseLower.ConvertName(Name);

    /// <summary>A value for people. Numbers get thousands separators.</summary>
    public string Text(string value) =>
        Number(value) is { } number ? number.ToString("N0", CultureInfo.InvariantCulture) : value;

    /// <summary>Why a request may not name this value. Null when it may.</summary>
    public string? Refusal(string value)
    {
        if (Values?.Contains(value) == false)
        {
            return $"'{value}' is not one of {string.Join(", ", Values)}";
        }

        return !IsNumeric ? null
            : Number(value) is not >= 0 ? $"'{value}' is not a whole number"
            : Number(value) > Most ? $"{value} is more than {Most}"
            : null;
    }

    /// <summary>Orders two values. A cell without a value comes first.</summary>
    public int Compare(string? left, string? right)
    {
        int byRank = left is null || right is null ? 0 : Rank(left).CompareTo(Rank(right));
        return byRank == 0 ? string.CompareOrdinal(left, right) : byRank;
    }

    /// <summary>The values that a request names, in its order. The default when it names none.</summary>
    public IReadOnlyList<string> ValuesIn(ExperimentSpec spec)
    {
        string[] asked = [.. Asked?.Invoke(spec) ?? spec.OtherValues(this)];
        return asked.Length > 0 || Default is null ? asked : [Default];
    }

    /// <summary>
    /// The value of a numeric axis. Null for other axes, and for text that is not how a number is written (<c>007</c>).
    /// </summary>
    internal long? Number(string value) =>
        IsNumeric
        && long.TryParse(value, CultureInfo.InvariantCulture, out long number)
        && value == number.ToString(CultureInfo.InvariantCulture)
            ? number
            : null;

    private long Rank(string value) => Order?.TakeWhile(each => each != value).Count() ?? Number(value) ?? 0;
}
