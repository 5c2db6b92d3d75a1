namespace Plumbline.Contracts.Tests;

/// <summary>Cells to test with, on known axes, on one that only these tests register, and on unknown ones.</summary>
internal static class Cells
{
    /// <summary>An axis without a property in a request.</summary>
    public static readonly Axis PacketSize = new()
    {
        Name = "packetSize",
        Key = "packetSizes",
        Words = "packet size",
        IsNumeric = true,
    };

    static Cells() => Axes.Register(PacketSize);

    /// <summary>Any axis, also one that this program does not know.</summary>
    public static readonly Gen<Axis> AnyAxis = Gen.OneOf(
        OneOf([.. Axes.All, PacketSize]),
        OneOf("aardvark", "zone", "päth", "").Select(Axes.Of));

    /// <summary>Any text, often a number that is written in one way or another.</summary>
    public static readonly Gen<string> AnyValue = Gen.OneOf(
        Gen.Char[' ', '\ud7ff'].Array[0, 8].Select(characters => new string(characters)),
        Gen.Int[-3, 3].Select(number => $"{number}"),
        Gen.Long.Select(number => $"{number}"),
        OneOf("007", "+7", " 7", "-0", "1e3", "1.0", "99999999999999999999", "no-rules", "last", "first"));

    public static readonly Gen<Cell> Any = Gen.Select(AnyAxis, AnyValue).Array[0, 6]
        .Select(values => values.Aggregate(Cell.Empty, (cell, each) => cell.With(each.Item1, each.Item2)));

    private static Gen<T> OneOf<T>(params T[] values) => Gen.Int[0, values.Length - 1].Select(i => values[i]);
}
