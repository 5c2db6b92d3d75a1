using System.ComponentModel;
using System.Runtime.InteropServices;

namespace Plumbline.Linux;

internal static class SystemCall
{
    /// <summary>Returns the result of a call that sets errno, or throws.</summary>
    /// <param name="what">What the call does, for the message: "open a raw socket".</param>
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
