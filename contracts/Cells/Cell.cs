using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Serialization;

namespace Plumbline.Contracts;

/// <summary>
/// The coordinates of what is measured: a value on each <see cref="Axis"/>. Immutable, equal by value, ordered by
/// <see cref="Axes.All"/>. In JSON an object with a property for each axis that has a value.
/// </summary>
[JsonConverter(typeof(CellConverter))]
public sealed class Cell : IEquatable<Cell>, IComparable<Cell>
{
    public static readonly Cell Empty = new(ImmutableSortedDictionary<string, string>.Empty);

    private readonly ImmutableSortedDictionary<string, string> _values;

    private Cell(ImmutableSortedDictionary<string, string> values) => _values = values;

    /// <summary>Null in the lab.</summary>
    public string? Node => this[Axes.Node];

    public DataPlane DataPlane => this[Axes.DataPlane] is { } name ? new DataPlane(name) : DataPlane.NoRules;

    public Position Position => this[Axes.Position] is { } name ? WireNames.Parse<Position>(name) : Position.None;

    /// <summary>0 in a baseline.</summary>
    public int Services => this[Axes.Services] is { } number ? int.Parse(number, CultureInfo.InvariantCulture) : 0;

    /// <summary>Whether the cell is measured without the experiment's rules.</summary>
    public bool IsBaseline => DataPlane == DataPlane.NoRules;

    /// <summary>The axes that have a value, in order: those that are known first.</summary>
    public IEnumerable<Axis> Known => Axes.All.Where(axis => _values.ContainsKey(axis.Name))
        .Concat(_values.Keys.Where(name => Axes.All.All(axis => axis.Name != name)).Select(Axes.Of));

    /// <summary>The value on an axis; null where the cell has none.</summary>
    public string? this[Axis axis] => _values.GetValueOrDefault(axis.Name);

    /// <summary>A cell of the lab.</summary>
    public static Cell Of(DataPlane dataPlane, int services, Position position) =>
        Empty.With(dataPlane).With(services).With(position);

    /// <summary>The same cell with another value on one axis; null takes the value away.</summary>
    public Cell With(Axis axis, string? value) =>
        new(value is null ? _values.Remove(axis.Name) : _values.SetItem(axis.Name, value));

    public Cell With(DataPlane dataPlane) => With(Axes.DataPlane, dataPlane.Name);

    public Cell With(Position position) => With(Axes.Position, position.WireName());

    public Cell With(int services) => With(Axes.Services, services.ToString(CultureInfo.InvariantCulture));

    /// <summary>The same cell with every value that the other has.</summary>
    public Cell With(Cell other) => new(_values.SetItems(other._values));

    public Cell Without(params IEnumerable<Axis> axes) => new(_values.RemoveRange(axes.Select(axis => axis.Name)));

    public int CompareTo(Cell? other) => other is null ? 1 : Known.Union(other.Known)
        .Select(axis => axis.Compare(this[axis], other[axis])).FirstOrDefault(order => order != 0);

    public bool Equals(Cell? other) => other is not null && _values.SequenceEqual(other._values);

    public override bool Equals(object? obj) => Equals(obj as Cell);

    public override int GetHashCode() => _values.Aggregate(0, (hash, each) => HashCode.Combine(hash, each.Key, each.Value));

    /// <summary>As <c>iptables-nft last at 10,000 Services</c>: axes whose value is the default are left out.</summary>
    public override string ToString() => CellText.Of(this);

    public static bool operator ==(Cell? left, Cell? right) => Equals(left, right);

    public static bool operator !=(Cell? left, Cell? right) => !Equals(left, right);

    public static bool operator <(Cell left, Cell right) => left.CompareTo(right) < 0;

    public static bool operator <=(Cell left, Cell right) => left.CompareTo(right) <= 0;

    public static bool operator >(Cell left, Cell right) => left.CompareTo(right) > 0;

    public static bool operator >=(Cell left, Cell right) => left.CompareTo(right) >= 0;
}
