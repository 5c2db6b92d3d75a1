using System.Diagnostics;
using Plumbline.Bpf;
using Plumbline.Probing.Functions;
using Plumbline.Probing.Stages;

namespace Plumbline.NodeProbe.Tests;

[Trait("Category", "Kernel")]
public sealed class Bpf_object_specs : IDisposable
{
    private const string HalfAttachable = """
        #include <linux/bpf.h>
        #include <bpf/bpf_helpers.h>

        unsigned int written;

        SEC("tp_btf/netif_receive_skb")
        int attachable(void *ctx)
        {
            return written;
        }

        SEC("raw_tp/no_such_tracepoint")
        int unattachable(void *ctx)
        {
            return 0;
        }

        char LICENSE[] SEC("license") = "GPL";
        """;

    private readonly TemporaryFolder _folder = new();

    public Bpf_object_specs()
    {
        foreach (string file in Directory.EnumerateFiles(Repository.File("bpf")))
        {
            File.Copy(file, PathOf(Path.GetFileName(file)));
        }
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void If_one_program_cannot_be_attached_none_stays_attached()
    {
        File.WriteAllText(PathOf("half.bpf.c"), HalfAttachable);
        using BpfObject loaded = BpfObject.Load(Compile("half"));
        Assert.Equal(["attachable", "unattachable"], loaded.RunTimes().Keys);

        BpfException refusal = Assert.Throws<BpfException>(loaded.AttachAll);

        Assert.StartsWith(
            "program unattachable of half.bpf.o cannot be attached", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(0, AttachedPrograms());
    }

    [Fact]
    public void Programs_are_attached_once_and_until_the_object_is_disposed_of()
    {
        File.WriteAllText(PathOf("half.bpf.c"), HalfAttachable);
        BpfObject loaded = BpfObject.Load(Compile("half"), isWanted: program => program == "attachable");
        BpfMap map = loaded.Map("half.bss");

        loaded.AttachAll();
        Assert.Equal(1, AttachedPrograms());
        loaded.DetachAll();
        Assert.Equal(0, AttachedPrograms());
        loaded.AttachAll();
        loaded.WriteGlobalVariables(7u);
        Assert.Equal(7u, map.Read<uint>(0));
        loaded.Dispose();
        loaded.Dispose();

        Assert.Equal(0, AttachedPrograms());
        Assert.Throws<ObjectDisposedException>(() => map.Read<uint>(0));
        Assert.Throws<ObjectDisposedException>(() => loaded.RunTimes());
    }

    [Fact]
    public void An_object_with_another_struct_layout_is_refused_by_the_structs_name()
    {
        Change("stage_probe.h", "unsigned long long arrived_ns;", "long planted;\n\tunsigned long long arrived_ns;");

        BpfException refusal = Assert.Throws<BpfException>(
            () => BpfObject.Load(Compile("stage_probe"), StageProbeLayout.Verify));

        Assert.Contains("stage_cpu", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("function_probe")]
    [InlineData("function_trace")]
    public void An_object_with_room_for_another_number_of_chains_is_refused(string name)
    {
        Change("rule_functions.h", "#define RULE_KEYS 32", "#define RULE_KEYS 16");

        BpfException refusal = Assert.Throws<BpfException>(
            () => BpfObject.Load(Compile(name), RuleFunctionsLayout.Verify));

        Assert.EndsWith(
            "map numbers has room for 16 elements there and for 32 here", refusal.Message, StringComparison.Ordinal);
    }

    /// <summary>Links of this process: the kernel describes each in the file's information.</summary>
    private static int AttachedPrograms() => Directory.EnumerateFiles("/proc/self/fdinfo").Count(file =>
    {
        try
        {
            return File.ReadAllText(file).Contains("link_id:", StringComparison.Ordinal);
        }
        catch (IOException)
        {
            return false;
        }
    });

    private void Change(string file, string from, string to)
    {
        string text = File.ReadAllText(PathOf(file));
        Assert.Contains(from, text, StringComparison.Ordinal);
        File.WriteAllText(PathOf(file), text.Replace(from, to, StringComparison.Ordinal));
    }

    /// <summary>Compiles one object as the build does, and gives its path.</summary>
    private string Compile(string name)
    {
        Assert.SkipUnless(Linux.LinuxUser.IsRoot, "needs root for BPF");
        using Process make = Process.Start("make", ["-s", "-C", _folder.Path, $".output/{name}.bpf.o"]);
        make.WaitForExit();
        Assert.Equal(0, make.ExitCode);
        return PathOf($".output/{name}.bpf.o");
    }

    private string PathOf(string file) => Path.Combine(_folder.Path, file);
}
