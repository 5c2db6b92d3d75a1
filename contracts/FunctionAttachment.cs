using System.Text.Json.Serialization;

namespace Plumbline.Contracts;

/// <summary>How the function probe hangs on the kernel's functions. The two cost a packet differently.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<FunctionAttachment>))]
public enum FunctionAttachment
{
    /// <summary>BPF trampolines: fentry and fexit.</summary>
    [JsonStringEnumMemberName("fentry")]
    Fentry,

    /// <summary>Breakpoints or ftrace, and a return address that is replaced: kprobe and kretprobe.</summary>
    [JsonStringEnumMemberName("kprobe")]
    Kprobe,
}
