using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

[assembly: DisableRuntimeMarshalling]

namespace Plumbline.Bpf;

/// <summary>
/// The functions of libbpf 1.x that this library uses. Those that return an int return a negative errno. Those that
/// return a pointer set errno.
/// </summary>
internal static unsafe partial class NativeMethods
{
    private const string Library = "libbpf.so.1";

    [LibraryImport(Library, EntryPoint = "libbpf_set_print")]
    public static partial nint SetPrint(delegate* unmanaged[Cdecl]<int, byte*, nint, int> print);

    [LibraryImport("libc", EntryPoint = "vsnprintf")]
    public static partial int FormatMessage(byte* buffer, nuint size, byte* format, nint arguments);

    [LibraryImport(Library, EntryPoint = "libbpf_num_possible_cpus")]
    public static partial int PossibleCpus();

    [LibraryImport(
        Library,
        EntryPoint = "bpf_object__open_file",
        StringMarshalling = StringMarshalling.Utf8,
        SetLastError = true)]
    public static partial BpfObjectHandle OpenFile(string path, nint options);

    [LibraryImport(Library, EntryPoint = "bpf_object__load")]
    public static partial int Load(BpfObjectHandle obj);

    [LibraryImport(Library, EntryPoint = "bpf_object__close")]
    public static partial void Close(nint obj);

    [LibraryImport(Library, EntryPoint = "bpf_object__btf")]
    public static partial nint ObjectBtf(BpfObjectHandle obj);

    [LibraryImport(Library, EntryPoint = "bpf_object__next_program")]
    public static partial nint NextProgram(BpfObjectHandle obj, nint previous);

    [LibraryImport(Library, EntryPoint = "bpf_program__name")]
    public static partial byte* ProgramName(nint program);

    [LibraryImport(Library, EntryPoint = "bpf_program__fd")]
    public static partial int ProgramFd(nint program);

    [LibraryImport(Library, EntryPoint = "bpf_program__fd")]
    public static partial int ProgramFd(BpfProgramHandle program);

    /// <returns>Negative if the object is already loaded.</returns>
    [LibraryImport(Library, EntryPoint = "bpf_program__set_autoload")]
    public static partial int SetAutoload(nint program, [MarshalAs(UnmanagedType.U1)] bool load);

    [LibraryImport(Library, EntryPoint = "bpf_map__reuse_fd")]
    public static partial int ReuseMap(nint map, BpfMapHandle other);

    [LibraryImport(Library, EntryPoint = "bpf_program__attach", SetLastError = true)]
    public static partial BpfLinkHandle Attach(BpfProgramHandle program);

    [LibraryImport(Library, EntryPoint = "bpf_link__destroy")]
    public static partial int DestroyLink(nint link);

    [LibraryImport(Library, EntryPoint = "bpf_object__next_map")]
    public static partial nint NextMap(BpfObjectHandle obj, nint previous);

    /// <returns>Zero if the object has no such map.</returns>
    [LibraryImport(
        Library, EntryPoint = "bpf_object__find_map_by_name", StringMarshalling = StringMarshalling.Utf8)]
    public static partial nint FindMap(BpfObjectHandle obj, string name);

    [LibraryImport(Library, EntryPoint = "bpf_map__max_entries")]
    public static partial uint MapMaxEntries(nint map);

    [LibraryImport(Library, EntryPoint = "bpf_map__name")]
    public static partial byte* MapName(nint map);

    [LibraryImport(Library, EntryPoint = "bpf_map__fd")]
    public static partial int MapFd(nint map);

    [LibraryImport(Library, EntryPoint = "bpf_map__value_size")]
    public static partial uint MapValueSize(nint map);

    [LibraryImport(Library, EntryPoint = "bpf_map_lookup_elem")]
    public static partial int LookupElement(BpfMapHandle map, void* key, void* value);

    [LibraryImport(Library, EntryPoint = "bpf_map_update_elem")]
    public static partial int UpdateElement(BpfMapHandle map, void* key, void* value, ulong flags);

    /// <param name="key">Null asks for the first key.</param>
    [LibraryImport(Library, EntryPoint = "bpf_map_get_next_key")]
    public static partial int NextKey(BpfMapHandle map, void* key, void* next);

    [LibraryImport(Library, EntryPoint = "bpf_map_delete_elem")]
    public static partial int DeleteElement(BpfMapHandle map, void* key);

    [LibraryImport(Library, EntryPoint = "bpf_obj_get_info_by_fd")]
    public static partial int GetInfo(int fd, void* info, uint* size);

    /// <returns>A file descriptor. Run-time accounting stays on while it is open.</returns>
    [LibraryImport(Library, EntryPoint = "bpf_enable_stats")]
    public static partial int EnableStats(int type);

    [LibraryImport(Library, EntryPoint = "btf__find_by_name_kind", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int FindType(SafeHandle btf, string name, uint kind);

    [LibraryImport(Library, EntryPoint = "btf__type_by_id")]
    public static partial BtfType* TypeById(SafeHandle btf, uint id);

    [LibraryImport(Library, EntryPoint = "btf__name_by_offset")]
    public static partial byte* NameByOffset(SafeHandle btf, uint offset);

    [LibraryImport(Library, EntryPoint = "btf__load_vmlinux_btf", SetLastError = true)]
    public static partial KernelBtfHandle LoadKernelBtf();

    [LibraryImport(
        Library,
        EntryPoint = "btf__load_module_btf",
        StringMarshalling = StringMarshalling.Utf8,
        SetLastError = true)]
    public static partial KernelBtfHandle LoadModuleBtf(string module, KernelBtfHandle kernel);

    [LibraryImport(Library, EntryPoint = "btf__free")]
    public static partial void FreeBtf(nint btf);

    /// <summary>A C string that libbpf owns.</summary>
    public static string Text(byte* text) => Marshal.PtrToStringUTF8((nint)text)!;

    public const uint BtfKindStruct = 4;
    public const uint BtfKindEnum = 6;
    public const uint BtfKindFunction = 12;

    /// <summary>struct btf_enum of include/uapi/linux/btf.h.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct BtfEnumValue
    {
        public uint NameOffset;
        public uint Value;
    }

    /// <summary>struct btf_type of include/uapi/linux/btf.h; a struct's members follow it in memory.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct BtfType
    {
        public uint NameOffset;
        public uint Info;
        public uint Size;
    }

    /// <summary>struct btf_member of include/uapi/linux/btf.h.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct BtfMember
    {
        public uint NameOffset;
        public uint Type;
        public uint BitOffset;
    }

    /// <summary>struct btf_param of include/uapi/linux/btf.h.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct BtfParameter
    {
        public uint NameOffset;
        public uint Type;
    }

    /// <summary>The part of struct bpf_prog_info (include/uapi/linux/bpf.h) that is read.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    public struct ProgramInfo
    {
        [FieldOffset(192)]
        public ulong RunTimeNs;

        [FieldOffset(200)]
        public ulong RunCount;

        [FieldOffset(208)]
        public ulong RecursionMisses;
    }
}
