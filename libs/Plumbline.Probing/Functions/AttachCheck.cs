using Plumbline.Bpf;
using Plumbline.Contracts;
using Plumbline.Trials.Probes;

namespace Plumbline.Trials.Functions;

/// <summary>Finds out by trying whether the function probe can be had on this kernel.</summary>
public static class AttachCheck
{
    private static string ObjectPath => Path.Combine(AppContext.BaseDirectory, "attach_check.bpf.o");

    /// <summary>
    /// The way in which the function probe would be attached. Where the kernel has one of its functions now, the probe itself is
    /// tried; before their modules are loaded, a program on another function is.
    /// </summary>
    /// <exception cref="FunctionProbeException">It cannot be had, and why.</exception>
    /// <exception cref="BpfException">Not even the stage probe can be had.</exception>
    public static FunctionAttachment Demand()
    {
        KernelRuleFunctions functions = KernelRuleFunctions.Read();
        if (functions.There.Count == 0)
        {
            return FunctionPrograms.Attach(FunctionPrograms.Attachments, attachment =>
            {
                Attach(attachment);
                return attachment;
            });
        }

        using StageProbe stage = StageProbe.Load();
        using FunctionProbe probe = FunctionProbe.Load(stage, functions);
        return probe.Attachment;
    }

    /// <summary>Attaches a program that does nothing, and detaches it again.</summary>
    /// <exception cref="BpfException">The kernel refuses it.</exception>
    public static void Attach(FunctionAttachment attachment)
    {
        using BpfObject loaded = BpfObject.Load(ObjectPath, isWanted: program => program == $"{attachment.WireName()}_ip_rcv");
        loaded.AttachAll();
    }
}
