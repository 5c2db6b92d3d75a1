using System.Globalization;
using System.Text;

namespace Plumbline.Pipeline.Tests;

/// <param name="Field">The wrong field, which the answer must name. Null when no field is wrong.</param>
internal sealed record HostileRequest(byte[] Body, string? Field)
{
    public override string ToString() =>
        $"{Field ?? "-"}: {Encoding.Latin1.GetString(Body.AsSpan(0, Math.Min(Body.Length, 200)))}";
}

/// <summary>Draws requests that must all be refused. A seed always gives the same requests.</summary>
internal static class HostileRequests
{
    private const int Large = 10_000_000;

    private const string Valid =
        """{"spec": {"name": "sound", "services": [10], "trials": 1, "packets": 20, "keepRaw": false}}""";

    private static readonly string[] s_integers =
    [
        "builds", "trials", "packets", "warmupPackets", "ratePps", "seed", "endpointsPerService", "portsPerService",
        "timeoutMs", "requests", "rps", "workUs", "maxAttempts",
    ];

    private static readonly string[] s_names = ["nftablesDialect", "rttPacing", "connection"];

    private static readonly string[] s_lists =
        ["dataPlanes", "measure", "timing", "positions", "protocol", "tcpShare", "families", "paths"];

    private static readonly string[] s_noInteger =
    [
        "-1", "-2147483648", "-2147483649", "2147483648", "9223372036854775807", "9223372036854775808",
        "-9223372036854775809", "1e400", "-1e400", "1e-400",
        "0.5", "1.0", "1e2", "\"1\"", "\"\"", "\"NaN\"", "null", "true", "[]", "[1]", "{}", "{\"value\": 1}",
    ];

    private static readonly string[] s_noName =
    [
        "\"unknown\"", "\"\"", "\" \"", "0", "1", "-1", "null", "false", "[]", "{}", "\"open-loop,ping-pong\"",
        "\"\\u0000\"",
    ];

    private static readonly string[] s_noList =
    [
        "null", "5", "\"nftables\"", "{}", "[]", "[null]", "[1]", "[[]]", "[{}]", "[\"unknown\"]", "[\"\"]",
        "[\"none\", \"none\"]", "[true]",
    ];

    private static readonly string[] s_noServices =
    [
        "null", "5", "\"5\"", "{}", "[]", "[null]", "[0]", "[-1]", "[100001]", "[1.5]", "[1e400]", "[2147483648]",
        "[\"5\"]", "[[5]]", "[5, 5]",
        $"[{string.Join(',', Enumerable.Range(1, 101))}]", $"[{string.Join(',', Enumerable.Range(1, 100_000))}]",
    ];

    private static readonly string[] s_noText =
    [
        "null", "5", "true", "[]", "{}", "\"\"", "\"   \"", $"\"{new string('x', 101)}\"",
        $"\"{new string('x', 900_000)}\"",
    ];

    /// <summary>Bytes that are not a request, so no field can be named.</summary>
    private static readonly string[] s_noRequest =
    [
        "", " ", "\n", "nonsense", "{", "}", "[]", "[{}]", "5", "1e400", "\"spec\"", "true", "null", "{]", "{}{}",
        "{} 5", "{\"spec\"}", "{'spec': {}}", "{spec: {}}",
        "{\"spec\": {},}", "// comment\n{}", "{\"spec\": NaN}", "{\"spec\": {\"trials\": 01}}",
        "{\"spec\": {\"trials\": +1}}", "{\"spec\": {\"trials\": 0x1}}",
        "\uFEFF{}", "\0", "{}\0", "{\"spec\": {\"name\": \"\n\"}}", "{\"\\ud800\": 1}",
        new string('[', 10_000), new string('{', 10_000),
        $"{{\"spec\": {new string('[', 10_000)}{new string(']', 10_000)}}}",
    ];

    private static readonly (string Text, string? Field)[] s_outside =
    [
        ("{\"spec\": 5}", "spec"), ("{\"spec\": []}", "spec"), ("{\"spec\": \"x\"}", "spec"),
        ("{\"spec\": false}", "spec"),
        ("{\"spec\": null}", "spec"), ("{\"spec\": {}, \"spec\": {}}", "spec"),
        ("{\"spec\": {\"trials\": 1, \"trials\": 2}}", "trials"),
        ("{\"spec\": {\"trials\": 1, \"Trials\": 1}}", "Trials"),
        ("{\"nonsense\": 1}", "nonsense"), ("{\"spec\": {}, \"nonsense\": {}}", "nonsense"),
        ("{\"spec\": {\"nonsense\": [1, 2]}}", "nonsense"),
        ("{\"spec\": {\"spec\": {}}}", "spec"), ("{\"spec\": {\"experimentId\": 1}}", "experimentId"),
        ("{\"experimentId\": 5}", "experimentId"), ("{\"experimentId\": \"no id\"}", "experimentId"),
        ("{\"experimentId\": \"\"}", "experimentId"),
        ("{\"experimentId\": []}", "experimentId"), ("{\"experimentId\": {\"spec\": {}}}", "experimentId"),
        ("{\"experimentId\": \"11111111-1111-1111-1111-11111111111\"}", "experimentId"),
        ("{\"experimentId\": \"00000000-0000-0000-0000-000000000000\"}", "experimentId"),
        ("{\"spec\": {\"trials\": 1, \"trials\": \"x\"}}", "trials"),
        ("{\"spec\": {\"trials\": \"x\", \"trials\": 1}}", "trials"),
        ("{\"spec\": {\"keepRaw\": 1}}", "keepRaw"), ("{\"spec\": {\"keepRaw\": \"true\"}}", "keepRaw"),
        ("{\"spec\": {\"keepRaw\": null}}", "keepRaw"),
        ("{\"spec\": {\"trials\": 1000, \"packets\": 10000000}}", "packets"),
        ("{\"spec\": {\"services\": [100000], \"endpointsPerService\": 1000}}", "endpointsPerService"),
    ];

    public static IEnumerable<HostileRequest> Draw(int seed, int count)
    {
        Random random = new(seed);

        // Large requests first, then the fixed ones, then random mixtures.
        HostileRequest[] first =
        [
            new(Encoding.UTF8.GetBytes($"{{\"spec\": {{\"name\": \"{new string('x', Large)}\"}}}}"), null),
            new(
                Encoding.UTF8.GetBytes(
                    $"{{\"spec\": {{\"services\": [{string.Join(',', Enumerable.Repeat(1, Large / 2))}]}}}}"),
                null),
            new(new byte[Large], null),
            .. s_noRequest.Select(text => new HostileRequest(Encoding.UTF8.GetBytes(text), null)),
            .. s_outside.Select(each => new HostileRequest(Encoding.UTF8.GetBytes(each.Text), each.Field)),
        ];
        return first.Concat(Enumerable.Range(first.Length, count - first.Length).Select(_ => DrawOne(random)));
    }

    private static HostileRequest DrawOne(Random random) => random.Next(20) switch
    {
        0 => Truncated(random),
        1 => Binary(random),
        2 => InvalidText(random),
        3 => UnknownField(random),
        <= 9 => Wrong(random, s_integers, s_noInteger),
        <= 12 => Wrong(random, s_names, s_noName),
        <= 15 => Wrong(random, s_lists, s_noList),
        <= 17 => Wrong(random, ["services"], s_noServices),
        _ => Wrong(random, ["name"], s_noText),
    };

    private static HostileRequest Wrong(Random random, string[] fields, string[] values)
    {
        string field = Any(random, fields);
        return new(Encoding.UTF8.GetBytes($"{{\"spec\": {{\"rps\": 7, \"{field}\": {Any(random, values)}}}}}"), field);
    }

    private static HostileRequest Truncated(Random random) =>
        new(Encoding.UTF8.GetBytes(Valid[..random.Next(1, Valid.Length)]), null);

    private static HostileRequest Binary(Random random)
    {
        byte[] body = new byte[random.Next(16, 2_000)];
        random.NextBytes(body);
        return new(body, null);
    }

    /// <summary>A name that is not UTF-8.</summary>
    private static HostileRequest InvalidText(Random random)
    {
        byte[][] sequences =
        [
            [0xFF], [0xC3, 0x28], [0xE2, 0x82], [0xED, 0xA0, 0x80], [0xF8, 0x88, 0x80, 0x80, 0x80],
            Encoding.ASCII.GetBytes("\\ud800"),
        ];
        return new([.. "{\"spec\": {\"name\": \"a"u8, .. Any(random, sequences), .. "b\"}}"u8], "name");
    }

    private static HostileRequest UnknownField(Random random)
    {
        string field = $"unknown{random.Next().ToString(CultureInfo.InvariantCulture)}";
        return new(Encoding.UTF8.GetBytes($"{{\"spec\": {{\"{field}\": {Any(random, s_noList)}}}}}"), field);
    }

    private static T Any<T>(Random random, T[] values) => values[random.Next(values.Length)];
}
