using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

namespace Plumbline.Bpf;

/// <summary>Collects what libbpf prints, for error messages. Without it, libbpf prints to the terminal.</summary>
internal static unsafe class LibbpfLog
{
    private const int DebugLevel = 2;

    [ThreadStatic]
    private static StringBuilder? t_lines;

    private static readonly bool s_installed = Install();

    /// <summary>Runs a call into libbpf.</summary>
    /// <param name="log">What libbpf printed during the call.</param>
    public static T Capture<T>(Func<T> call, out string log)
    {
        _ = s_installed;
        t_lines = new StringBuilder();
        T result = call();
        log = t_lines.ToString();
        t_lines = null;
        return result;
    }

    private static bool Install()
    {
        NativeMethods.SetPrint(&Print);
        return true;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Print(int level, byte* format, nint arguments)
    {
        if (level >= DebugLevel || t_lines is null)
        {
            return 0;
        }

        const int size = 64 * 1024;
        byte* buffer = (byte*)NativeMemory.Alloc(size);
        _ = NativeMethods.FormatMessage(buffer, size, format, arguments);
        t_lines.Append(Marshal.PtrToStringUTF8((nint)buffer));
        NativeMemory.Free(buffer);
        return 0;
    }
}
