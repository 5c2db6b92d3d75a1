using System.ComponentModel;
using System.Runtime.InteropServices;

namespace Plumbline.Linux;

internal static class SystemCall
{
    /// <summary>Gives the result of a call that sets errno, or throws saying what failed.</summary>
    /// <exception cref="Win32Exception">The result is negative.</exception>
    public static int Check(int result, string what)
    {
        if (result < 0)
        {
            int error = Marshal.GetLastPInvokeError();
            throw new Win32Exception(error, $"cannot {what}: {Marshal.GetPInvokeErrorMessage(error)}");
        }

        return result;
    }
}
