using System.Runtime.CompilerServices;

namespace Plumbline.Bpf;

/// <summary>
/// The layout of a BPF object's structs and maps, as the compiler recorded it. Callers compare it with their own copy.
/// Valid while <see cref="BpfObject.Load"/> runs its check.
/// </summary>
public sealed class BtfLayout
{
    private readonly string _objectName;
    private readonly BpfObjectHandle _object;
    private readonly ObjectBtfHandle _btf;

    internal BtfLayout(string objectName, BpfObjectHandle handle, ObjectBtfHandle btf)
    {
        _objectName = objectName;
        _object = handle;
        _btf = btf;
    }

    /// <summary>Byte offset of a field within its C# struct, for <see cref="Require"/>.</summary>
    public static int Offset<TStruct, TField>(ref TStruct whole, ref TField field) =>
        (int)Unsafe.ByteOffset(ref Unsafe.As<TStruct, byte>(ref whole), ref Unsafe.As<TField, byte>(ref field));

    /// <summary>Requires that the C struct has this size, these members at these byte offsets, and no others.</summary>
    /// <exception cref="BpfException">
    /// It differs: the BPF object and this program come from different builds.
    /// </exception>
    public void Require(string structName, int size, IReadOnlyDictionary<string, int> memberOffsets)
    {
        (int actualSize, Dictionary<string, int> actual) = Read(structName);
        if (actualSize != size)
        {
            throw Differs($"struct {structName} has {actualSize} bytes there and {size} here");
        }

        foreach ((string member, int offset) in memberOffsets)
        {
            if (!actual.Remove(member, out int actualOffset))
            {
                throw Differs($"struct {structName} has no member {member} there");
            }

            if (actualOffset != offset)
            {
                throw Differs(
                    $"member {member} of struct {structName} is at byte {actualOffset} there and at {offset} here");
            }
        }

        if (actual.Count > 0)
        {
            throw Differs($"struct {structName} has members that are unknown here: {string.Join(", ", actual.Keys)}");
        }
    }

    /// <summary>Requires that the map has room for exactly this many elements.</summary>
    /// <inheritdoc cref="Require" path="/exception"/>
    public void RequireEntries(string mapName, int entries)
    {
        nint map = NativeMethods.FindMap(_object, mapName);
        if (map == 0)
        {
            throw Differs($"there is no map {mapName}");
        }

        uint actual = NativeMethods.MapMaxEntries(map);
        if (actual != entries)
        {
            throw Differs($"map {mapName} has room for {actual} elements there and for {entries} here");
        }
    }

    private unsafe (int Size, Dictionary<string, int> Offsets) Read(string structName)
    {
        int id = NativeMethods.FindType(_btf, structName, NativeMethods.BtfKindStruct);
        if (id < 0)
        {
            throw Differs($"there is no struct {structName}");
        }

        NativeMethods.BtfType* type = NativeMethods.TypeById(_btf, (uint)id);
        NativeMethods.BtfMember* members = (NativeMethods.BtfMember*)(type + 1);
        Dictionary<string, int> offsets = [];
        uint count = type->Info & 0xffff;
        for (uint i = 0; i < count; i++)
        {
            string name = NativeMethods.Text(NativeMethods.NameByOffset(_btf, members[i].NameOffset));
            offsets[name] = (int)(members[i].BitOffset & 0xffffff) / 8;
        }

        return ((int)type->Size, offsets);
    }

    private BpfException Differs(string how) =>
        new($"{_objectName} was built for another version of this program: {how}", 0, "");
}
