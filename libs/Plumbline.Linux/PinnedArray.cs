using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Plumbline.Linux;

/// <summary>
/// Arrays that the collector never moves, so that structs handed to the kernel may point into them. Whoever keeps such
/// a pointer must keep the array too.
/// </summary>
internal static unsafe class PinnedArray
{
    public static T[] Create<T>(int length)
        where T : unmanaged => GC.AllocateArray<T>(length, pinned: true);

    /// <param name="pinned">From <see cref="Create"/>.</param>
    public static T* AddressOf<T>(T[] pinned)
        where T : unmanaged => (T*)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(pinned));
}
