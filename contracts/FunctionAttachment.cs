using System.Text.Json.Serialization;

namespace Plumbline.Contracts;

/// <summary>How the function probe attaches to the kernel's functions. The two cost a packet differently.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<FunctionAttachment>))]
public enum FunctionAttachment
{
    /// <summary>BPF trampolines: fentry and fexit.</summary>
    [JsonStringEnumMemberName("fentry")]
    Fentry,

    /// <summary>Breakpoints or ftrace, and a replaced return address: kprobe and kretprobe.</summary>
    [JsonStringEnumMemberName("kprobe")]
    Kprobe,
}
