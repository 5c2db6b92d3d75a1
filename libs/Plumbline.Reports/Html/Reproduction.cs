using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Plumbline.Reports.Html;

/// <summary>How to run the same experiment again.</summary>
internal static class Reproduction
{
    private static readonly JsonSerializerOptions s_options =
        new(JsonSerializerDefaults.Web) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The experiment file. Every JSON value is a YAML value, so no key can be forgotten here.</summary>
    public static string Yaml(ExperimentSpec spec) => string.Join(
        '\n',
        JsonSerializer.SerializeToNode(spec, s_options)!.AsObject()
            .Select(key => $"{key.Key}: {key.Value!.ToJsonString(s_options)}"));

    /// <summary>The command that takes the file.</summary>
    public static string FileCommand(ExperimentSpec spec) =>
        spec.Nodes.Count > 0 ? "plumbline run experiment.yaml" : "sudo plumbline lab experiment.yaml";

    /// <summary>The command that needs no file; null in a cluster, and where a setting has no flag.</summary>
    public static string? Command(ExperimentSpec spec)
    {
        if (spec.MaxAttempts != new ExperimentSpec().MaxAttempts || spec.Nodes.Count > 0)
        {
            return null;
        }

        string others = (spec.KeepRaw ? " --keep-raw" : "") + string.Concat(
            from axis in Axes.Others
            let values = spec.OtherValues(axis).ToArray()
            where values.Length > 0
            select $" {axis.Flag} {string.Join(',', values)}");
        return string.Create(
            CultureInfo.InvariantCulture,
            $"""
            sudo plumbline lab --name {Quoted(spec.Name)} \
              --data-planes {string.Join(',', spec.DataPlanes)} --services {string.Join(',', spec.Services)} \
              --positions {string.Join(',', spec.Positions)} --builds {spec.Builds} --trials {spec.Trials} \
              --packets {spec.Packets} --warmup-packets {spec.WarmupPackets} --rate {spec.RatePps} --seed {spec.Seed} \
              --nftables-dialect {spec.NftablesDialect} --endpoints {spec.EndpointsPerService} \
              --ports-per-service {spec.PortsPerService} \
              --measure {string.Join(',', spec.Measure)} --timing {string.Join(',', spec.Timing)} \
              --rtt-pacing {spec.RttPacing} --timeout {spec.TimeoutMs} \
              --requests {spec.Requests} --rps {spec.Rps} --connection {spec.Connection} --work-us {spec.WorkUs}{others}
            """);
    }

    /// <summary>One word for a POSIX shell, whatever it contains.</summary>
    private static string Quoted(string word) =>
        word.Length > 0 && word.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_' or '.')
            ? word
            : $"'{word.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
