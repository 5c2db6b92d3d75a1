using System.Runtime.InteropServices;
using Plumbline.Bpf;
using Plumbline.Contracts;

namespace Plumbline.Probing.Functions;

/// <summary>
/// The programs of bpf/rule_functions.bpf.h within an object, loaded and attached in the first way that the kernel
/// accepts.
/// </summary>
/// <param name="Functions">The functions that they time.</param>
public sealed record FunctionPrograms(BpfObject Object, FunctionAttachment Attachment, KernelRuleFunctions Functions)
{
    /// <summary>
    /// A diagnostic: the attachments to try, in this order, by their names with commas between them. It can force one
    /// attachment or hide one.
    /// </summary>
    public const string AttachmentsVariable = "PLUMBLINE_FUNCTION_ATTACHMENTS";

    private static readonly string[] s_kinds = [.. WireNames.Of<FunctionAttachment>(), "fexit", "kretprobe"];

    public static IReadOnlyList<FunctionAttachment> Attachments =>
        AttachmentsOf(Environment.GetEnvironmentVariable(AttachmentsVariable));

    /// <summary>Reads <see cref="AttachmentsVariable"/>. Pure.</summary>
    /// <param name="variable">Its value; null for the usual order.</param>
    /// <exception cref="ProbeUnavailableException">It names an unknown attachment.</exception>
    public static IReadOnlyList<FunctionAttachment> AttachmentsOf(string? variable)
    {
        const StringSplitOptions trim = StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries;
        try
        {
            return variable is null
                ? Enum.GetValues<FunctionAttachment>()
                : [.. variable.Split(',', trim).Select(WireNames.Parse<FunctionAttachment>)];
        }
        catch (FormatException exception)
        {
            throw new ProbeUnavailableException($"{AttachmentsVariable}: {exception.Message}");
        }
    }

    /// <summary>Loads the object with the programs for these functions, and attaches all of it.</summary>
    /// <exception cref="ProbeUnavailableException">
    /// The kernel has none of the functions now, or refuses every attachment.
    /// </exception>
    /// <exception cref="BpfException">The object is of another build.</exception>
    public static FunctionPrograms Attach(
        string objectPath,
        Action<BtfLayout> verifyLayout,
        KernelRuleFunctions functions,
        params IReadOnlyList<BpfMap> shared)
    {
        if (functions.There.Count == 0)
        {
            throw new ProbeUnavailableException(
                "the kernel has neither ipt_do_table nor nft_do_chain: "
                + "modules ip_tables and nf_tables are not loaded, or have no BTF");
        }

        return Attach(Attachments, attachment => new FunctionPrograms(
            AttachObject(objectPath, verifyLayout, program => IsWanted(program, attachment, functions.There), shared),
            attachment,
            functions));
    }

    /// <summary>Returns the first attachment that works. Pure but for what <paramref name="attach"/> does.</summary>
    /// <exception cref="ProbeUnavailableException">Each fails; the message says why.</exception>
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
                string reason = Marshal.GetPInvokeErrorMessage(exception.Errno);
                refusals.Add($"{attachment.WireName()}: {reason} (errno {exception.Errno})");
            }
        }

        throw new ProbeUnavailableException(refusals.Count == 0
            ? $"{AttachmentsVariable} hides every attachment"
            : $"the kernel refuses every attachment: {string.Join("; ", refusals)}");
    }

    /// <summary>
    /// Whether to load one of an object's programs: the attachment's pair for each function, and every program that
    /// has no attachment. A name begins with its attachment, as in <c>fentry_ipt_do_table</c>. Pure.
    /// </summary>
    public static bool IsWanted(string program, FunctionAttachment attachment, IReadOnlyList<RuleFunction> functions)
    {
        string kind = program.Split('_')[0];
        string[] wanted = attachment == FunctionAttachment.Fentry ? ["fentry", "fexit"] : ["kprobe", "kretprobe"];
        return !s_kinds.Contains(kind)
            || (wanted.Contains(kind) && functions.Any(function => program == $"{kind}_{function.WireName()}"));
    }

    private static BpfObject AttachObject(
        string path, Action<BtfLayout> verifyLayout, Func<string, bool> isWanted, IReadOnlyList<BpfMap> shared)
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
