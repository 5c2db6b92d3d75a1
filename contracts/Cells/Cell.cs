using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Serialization;

namespace Plumbline.Contracts;

/// <summary>
/// The coordinates of what is measured: at most one value on each <see cref="Axis"/>. Immutable. Cells with equal
/// values are equal. They sort axis by axis in the order of <see cref="Axes.All"/>.
/// </summary>
[JsonConverter(typeof(CellConverter))]
public sealed class Cell : IEquatable<Cell>, IComparable<Cell>
{
    public static readonly Cell Empty = new(ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal));

    /// <summary>Values by the axis' name.</summary>
    private readonly ImmutableSortedDictionary<string, string> _values;

    private Cell(ImmutableSortedDictionary<string, string> values) => _values = values;

    /// <summary>Null in the lab.</summary>
    public string? Node => this[Axes.Node];

    /// <summary>The baseline when the cell names no data plane.</summary>
    public DataPlane DataPlane => this[Axes.DataPlane] is { } name ? new DataPlane(name) : DataPlane.NoRules;

    public Position Position => this[Axes.Position] is { } name ? WireNames.Parse<Position>(name) : Position.None;

    /// <summary>Protocol of the packets, and of the Service ports that they go to.</summary>
    public ServiceProtocol Protocol =>
        WireNames.Parse<ServiceProtocol>(this[Axes.Protocol] ?? Axes.Protocol.Default!);

    public CacheState Cache => WireNames.Parse<CacheState>(this[Axes.Cache] ?? Axes.Cache.Default!);

    /// <summary>Percent of the Services' ports that are TCP.</summary>
    public int TcpShare => int.Parse(this[Axes.TcpShare] ?? Axes.TcpShare.Default!, CultureInfo.InvariantCulture);

    /// <summary>0 in a baseline.</summary>
    public int Services => this[Axes.Services] is { } number ? int.Parse(number, CultureInfo.InvariantCulture) : 0;

    /// <summary>The cell is measured without the experiment's rules.</summary>
    public bool IsBaseline => DataPlane == DataPlane.NoRules;

    /// <summary>The axes on which the cell has a value, in order.</summary>
    public IEnumerable<Axis> Known => Axes.InOrder(_values.Keys);

    /// <summary>The value on an axis. Null when the cell has none.</summary>
    public string? this[Axis axis] => _values.GetValueOrDefault(axis.Name);

    /// <summary>A cell of the lab.</summary>
    public static Cell Of(DataPlane dataPlane, int services, Position position) =>
        Empty.With(dataPlane).With(services).With(position);

    /// <summary>The same cell with another value on one axis. Null removes the value.</summary>
    public Cell With(Axis axis, string? value) =>
        new(value is null ? _values.Remove(axis.Name) : _values.SetItem(axis.Name, value));

    public Cell With(DataPlane dataPlane) => With(Axes.DataPlane, dataPlane.Name);

    public Cell With(Position position) => With(Axes.Position, position.WireName());

    public Cell With(ServiceProtocol protocol) => With(Axes.Protocol, protocol.WireName());

    public Cell With(int services) => With(Axes.Services, services.ToString(CultureInfo.InvariantCulture));

    /// <summary>The same cell with all values of the other one.</summary>
    public Cell With(Cell other) => new(_values.SetItems(other._values));

    public Cell Without(params IEnumerable<Axis> axes) => new(_values.RemoveRange(axes.Select(axis => axis.Name)));

    public int CompareTo(Cell? other) => other is null
        ? 1
        : Axes.InOrder(_values.Keys.Concat(other._values.Keys))
            .Select(axis => axis.Compare(this[axis], other[axis]))
            .FirstOrDefault(order => order != 0);

    public bool Equals(Cell? other) =>
        other is not null
        && _values.Count == other._values.Count
        && _values.All(each => other._values.GetValueOrDefault(each.Key) == each.Value);

    public override bool Equals(object? obj) => Equals(obj as Cell);

    public override int GetHashCode() =>
        _values.Aggregate(0, (hash, each) => HashCode.Combine(hash, each.Key, each.Value));

    /// <inheritdoc cref="CellText.Of"/>
    public override string ToString() => CellText.Of(this);

    public static bool operator ==(Cell? left, Cell? right) => Equals(left, right);

    public static bool operator !=(Cell? left, Cell? right) => !Equals(left, right);

    public static bool operator <(Cell left, Cell right) => left.CompareTo(right) < 0;

    public static bool operator <=(Cell left, Cell right) => left.CompareTo(right) <= 0;

    public static bool operator >(Cell left, Cell right) => left.CompareTo(right) > 0;

    public static bool operator >=(Cell left, Cell right) => left.CompareTo(right) >= 0;
}
