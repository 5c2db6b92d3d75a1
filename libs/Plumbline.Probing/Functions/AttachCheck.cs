using Plumbline.Bpf;
using Plumbline.Contracts;
using Plumbline.Probing.Stages;

namespace Plumbline.Probing.Functions;

/// <summary>Tries whether the function probe works on this kernel.</summary>
public static class AttachCheck
{
    private static string ObjectPath => Path.Combine(AppContext.BaseDirectory, "attach_check.bpf.o");

    /// <summary>
    /// How the function probe would be attached. When the kernel has a rule function now, the probe itself is tried.
    /// Before their modules are loaded, a program on another function is tried.
    /// </summary>
    /// <exception cref="ProbeUnavailableException">The kernel refuses every attachment.</exception>
    /// <exception cref="BpfException">The kernel refuses even the stage probe.</exception>
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
        string wanted = $"{attachment.WireName()}_ip_rcv";
        using BpfObject loaded = BpfObject.Load(ObjectPath, isWanted: program => program == wanted);
        loaded.AttachAll();
    }
}
