using Plumbline.Contracts;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Plumbline.Cluster;

/// <summary>
/// The text of kube-proxy's configuration file. Reads and changes its mode, and keeps every other character: comments,
/// order and quotes belong to the cluster's administrator. Pure.
/// </summary>
public sealed class KubeProxyConfig
{
    private const string ModeKey = "mode";
    private const string Kind = "KubeProxyConfiguration";

    /// <summary>Index of the key; null when it is missing.</summary>
    private readonly int? _key;

    /// <summary>Range of its value, quotes included.</summary>
    private readonly Range _value;

    /// <summary>Index of the first key of all.</summary>
    private readonly int _first;

    private KubeProxyConfig(string text, string mode, int? key, Range value, int first)
    {
        (Text, ModeText) = (text, mode);
        (_key, _value, _first) = (key, value, first);
    }

    public string Text { get; }

    /// <summary>The mode as written; empty when none is, which on Linux means <c>iptables</c>.</summary>
    public string ModeText { get; }

    /// <summary>Null for a mode that is not measured, such as <c>ipvs</c>.</summary>
    public ProxyMode? Mode =>
        ModeText.Length == 0 ? ProxyMode.Iptables
        : WireNames.TryParse(ModeText, out ProxyMode mode) ? mode
        : null;

    /// <exception cref="FormatException">
    /// The text is not such a configuration, or its mode is written in a way that cannot be changed here.
    /// </exception>
    public static KubeProxyConfig Read(string text)
    {
        try
        {
            return Read(text, new Parser(new StringReader(text)));
        }
        catch (YamlException exception)
        {
            throw new FormatException($"it is not YAML: {exception.Message}", exception);
        }
    }

    public KubeProxyConfig With(ProxyMode mode) => Read(_key is null
        ? Text.Insert(_first, $"{ModeKey}: {mode.WireName()}\n{Indentation}")
        : Replaced(mode.WireName()));

    /// <summary>With the mode written as in the other text; without the key when the other has none.</summary>
    public KubeProxyConfig WithModeOf(KubeProxyConfig other) => Read(
        _key is null
            ? Text.Insert(_first, other._key is null ? "" : $"{ModeKey}: {other.Text[other._value]}\n{Indentation}")
        : other._key is null ? Text.Remove(LineOfKey, EndOfLine - LineOfKey)
        : Replaced(other.Text[other._value]));

    private string Indentation => new(' ', _first - (Text.LastIndexOf('\n', Math.Max(0, _first - 1)) + 1));

    private int LineOfKey => Text.LastIndexOf('\n', Math.Max(0, _key!.Value - 1)) + 1;

    private int EndOfLine => Text.IndexOf('\n', _value.End.Value) is >= 0 and var end ? end + 1 : Text.Length;

    /// <summary>
    /// An empty value is a value too. A word that replaces it gets a space before it, and loses that space with the
    /// word.
    /// </summary>
    private string Replaced(string value)
    {
        (string before, string after) = (Text[.._value.Start], Text[_value.End..]);
        return value.Length > 0 && before.EndsWith(':') ? $"{before} {value}{after}"
            : value.Length == 0 && before.EndsWith(' ') ? $"{before[..^1]}{after}"
            : $"{before}{value}{after}";
    }

    private static KubeProxyConfig Read(string text, Parser parser)
    {
        parser.Consume<StreamStart>();
        parser.Consume<DocumentStart>();
        MappingStart root = parser.Consume<MappingStart>();
        KubeProxyConfig? found = null;
        bool isOfKind = false;
        while (!parser.TryConsume<MappingEnd>(out _))
        {
            Scalar key = parser.Consume<Scalar>();
            switch (key.Value)
            {
                case ModeKey when found is not null:
                    throw new FormatException($"it has the key {ModeKey} twice");
                case ModeKey:
                    found = OfMode(text, (int)root.Start.Index, (int)key.Start.Index, parser);
                    break;
                case "kind" when parser.Accept<Scalar>(out var kind):
                    isOfKind = kind.Value == Kind;
                    parser.SkipThisAndNestedEvents();
                    break;
                default:
                    parser.SkipThisAndNestedEvents();
                    break;
            }
        }

        parser.Consume<DocumentEnd>();
        return !isOfKind ? throw new FormatException($"its kind is not {Kind}")
            : !parser.Accept<StreamEnd>(out _) ? throw new FormatException("it has more than one document")
            : found is null && root.Style == MappingStyle.Flow
                ? throw new FormatException($"it has no key {ModeKey} and is written in braces")
            : found ?? new KubeProxyConfig(text, "", null, default, (int)root.Start.Index);
    }

    private static KubeProxyConfig OfMode(string text, int first, int key, Parser parser)
    {
        if (!parser.TryConsume<Scalar>(out var value)
            || !value.Anchor.IsEmpty
            || !value.Tag.IsEmpty
            || value.Style is ScalarStyle.Literal or ScalarStyle.Folded)
        {
            throw new FormatException($"its {ModeKey} is not a plain or quoted word");
        }

        bool isNull = value.Style == ScalarStyle.Plain && value.Value is "null" or "~" or "Null" or "NULL";
        return new KubeProxyConfig(
            text, isNull ? "" : value.Value, key, (int)value.Start.Index..(int)value.End.Index, first);
    }
}
