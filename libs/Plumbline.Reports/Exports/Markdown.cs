using System.Text;

namespace Plumbline.Reports.Exports;

/// <summary>Pieces of GitHub-flavoured Markdown.</summary>
internal static class Markdown
{
    /// <summary>Escapes a text so that it is shown as it is, in one line.</summary>
    public static string Text(string text)
    {
        StringBuilder escaped = new(text.Length);
        foreach (char letter in text)
        {
            escaped.Append(letter switch
            {
                '\\' or '|' or '`' or '*' or '[' or ']' => $"\\{letter}",
                '<' => "&lt;",
                '>' => "&gt;",
                '&' => "&amp;",
                '\r' or '\n' => " ",
                _ => letter.ToString(),
            });
        }

        return escaped.ToString();
    }

    /// <summary>A table whose first columns are words and whose others are figures.</summary>
    public static void Table(
        TextWriter writer, IReadOnlyList<string> header, IEnumerable<IReadOnlyList<string>> rows, int words = 1)
    {
        writer.WriteLine(Row(header));
        writer.WriteLine($"|{string.Concat(header.Select((_, column) => column < words ? "---|" : "--:|"))}");
        foreach (IReadOnlyList<string> row in rows)
        {
            writer.WriteLine(Row(row));
        }

        writer.WriteLine();
    }

    private static string Row(IReadOnlyList<string> cells) => $"| {string.Join(" | ", cells)} |";
}
