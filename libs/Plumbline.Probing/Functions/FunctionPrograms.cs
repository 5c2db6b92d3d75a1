using System.Runtime.InteropServices;
using Plumbline.Bpf;
using Plumbline.Contracts;

namespace Plumbline.Trials.Functions;

/// <summary>The programs of bpf/rule_functions.bpf.h within an object, loaded and attached in the first way that the kernel takes.</summary>
/// <param name="Functions">That they time.</param>
public sealed record FunctionPrograms(BpfObject Object, FunctionAttachment Attachment, KernelRuleFunctions Functions)
{
    /// <summary>
    /// A diagnostic: which attachments are tried, and in which order, by their names with commas between them. So one can be
    /// forced, or hidden.
    /// </summary>
    public const string AttachmentsVariable = "PLUMBLINE_FUNCTION_ATTACHMENTS";

    private static readonly string[] s_kinds = [.. WireNames.Of<FunctionAttachment>(), "fexit", "kretprobe"];

    public static IReadOnlyList<FunctionAttachment> Attachments => AttachmentsOf(Environment.GetEnvironmentVariable(AttachmentsVariable));

    /// <param name="variable">What the variable holds; null for the usual order. Pure.</param>
    /// <exception cref="FunctionProbeException">A name in it is none of an attachment.</exception>
    public static IReadOnlyList<FunctionAttachment> AttachmentsOf(string? variable)
    {
        try
        {
            return variable is null
                ? Enum.GetValues<FunctionAttachment>()
                : [.. variable.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(WireNames.Parse<FunctionAttachment>)];
        }
        catch (FormatException exception)
        {
            throw new FunctionProbeException($"{AttachmentsVariable}: {exception.Message}");
        }
    }

    /// <summary>Loads the object with the programs of the functions that there are, and attaches all of it.</summary>
    /// <exception cref="FunctionProbeException">The kernel has none of the functions now, or refuses every attachment.</exception>
    /// <exception cref="BpfException">The object is of another build.</exception>
    public static FunctionPrograms Attach(string objectPath, Action<BtfLayout> verifyLayout, KernelRuleFunctions functions, params IReadOnlyList<BpfMap> shared)
    {
        if (functions.There.Count == 0)
        {
            throw new FunctionProbeException("the kernel has neither ipt_do_table nor nft_do_chain: modules ip_tables and nf_tables are not loaded, or have no BTF");
        }

        return Attach(Attachments, attachment => new FunctionPrograms(
            AttachObject(objectPath, verifyLayout, program => IsWanted(program, attachment, functions.There), shared), attachment, functions));
    }

    /// <summary>Gives the first attachment that works. Pure but for what <paramref name="attach"/> does.</summary>
    /// <exception cref="FunctionProbeException">None does; the message says of each why.</exception>
    public static T Attach<T>(IReadOnlyList<FunctionAttachment> attachments, Func<FunctionAttachment, T> attach)
    {
        List<string> refusals = [];
        foreach (FunctionAttachment attachment in attachments)
        {
            try
            {
                return attach(attachment);
            }
            catch (BpfException exception) when (exception.Errno != 0)
            {
                refusals.Add($"{attachment.WireName()}: {Marshal.GetPInvokeErrorMessage(exception.Errno)} (errno {exception.Errno})");
            }
        }

        throw new FunctionProbeException($"the kernel refuses every attachment: {(refusals.Count == 0 ? "none was to be tried" : string.Join("; ", refusals))}");
    }

    /// <summary>
    /// Whether an object's program is to be loaded: the attachment's pair for each function, and all programs that are of no
    /// attachment. Their names begin with what they are attached as: fentry_ipt_do_table. Pure.
    /// </summary>
    public static bool IsWanted(string program, FunctionAttachment attachment, IReadOnlyList<RuleFunction> functions)
    {
        string kind = program.Split('_')[0];
        string[] wanted = attachment == FunctionAttachment.Fentry ? ["fentry", "fexit"] : ["kprobe", "kretprobe"];
        return !s_kinds.Contains(kind)
            || (wanted.Contains(kind) && functions.Any(function => program == $"{kind}_{function.WireName()}"));
    }

    private static BpfObject AttachObject(string path, Action<BtfLayout> verifyLayout, Func<string, bool> isWanted, IReadOnlyList<BpfMap> shared)
    {
        BpfObject loaded = BpfObject.Load(path, verifyLayout, isWanted, shared);
        try
        {
            loaded.AttachAll();
            return loaded;
        }
        catch
        {
            loaded.Dispose();
            throw;
        }
    }
}
