using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Plumbline.Bpf;

/// <summary>libbpf's <c>struct bpf_object</c>: an opened object file, with its programs and maps.</summary>
internal sealed class BpfObjectHandle() : SafeHandleZeroOrMinusOneIsInvalid(ownsHandle: true)
{
    protected override bool ReleaseHandle()
    {
        NativeMethods.Close(handle);
        return true;
    }
}

/// <summary>
/// A part of an object. libbpf frees it together with the object, so the object stays open until its parts are disposed
/// of.
/// </summary>
internal abstract class BpfPartHandle : SafeHandleMinusOneIsInvalid
{
    private readonly BpfObjectHandle _whole;

    protected BpfPartHandle(BpfObjectHandle whole, nint part)
        : base(ownsHandle: true)
    {
        bool isAdded = false;
        whole.DangerousAddRef(ref isAdded);
        _whole = whole;
        SetHandle(part);
    }

    protected override bool ReleaseHandle()
    {
        _whole.DangerousRelease();
        return true;
    }
}

/// <summary>libbpf's <c>struct bpf_program</c>.</summary>
internal sealed class BpfProgramHandle(BpfObjectHandle whole, nint program) : BpfPartHandle(whole, program);

/// <summary>The file descriptor of a loaded object's map.</summary>
internal sealed class BpfMapHandle(BpfObjectHandle whole, int fd) : BpfPartHandle(whole, fd);

/// <summary>The types of a BPF object: libbpf's <c>struct btf</c> within the object.</summary>
internal sealed class ObjectBtfHandle(BpfObjectHandle whole) : BpfPartHandle(whole, NativeMethods.ObjectBtf(whole));

/// <summary>libbpf's <c>struct bpf_link</c>: an attached program. Releasing it detaches the program.</summary>
internal sealed class BpfLinkHandle() : SafeHandleZeroOrMinusOneIsInvalid(ownsHandle: true)
{
    protected override bool ReleaseHandle() => NativeMethods.DestroyLink(handle) == 0;
}

/// <summary>The types of the running kernel or of one of its modules: a <c>struct btf</c> of its own.</summary>
internal sealed class KernelBtfHandle() : SafeHandleZeroOrMinusOneIsInvalid(ownsHandle: true)
{
    /// <exception cref="BpfException">The kernel has no BTF (CONFIG_DEBUG_INFO_BTF).</exception>
    public static KernelBtfHandle Load()
    {
        KernelBtfHandle btf = LibbpfLog.Capture(NativeMethods.LoadKernelBtf, out string log);
        return btf.IsInvalid
            ? throw new BpfException("the kernel's BTF cannot be read", Marshal.GetLastPInvokeError(), log)
            : btf;
    }

    protected override bool ReleaseHandle()
    {
        NativeMethods.FreeBtf(handle);
        return true;
    }
}
