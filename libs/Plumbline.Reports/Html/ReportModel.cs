using System.Text.RegularExpressions;
using Plumbline.Contracts;

namespace Plumbline.Results.Html;

// What the template is given. All of it is text that the template escapes, except the charts.

/// <param name="Subtitle">What was measured, in one line.</param>
/// <param name="Record">Which record it is of.</param>
internal sealed record ReportModel(
    string Title, string Subtitle, string Record, IReadOnlyList<string> Warnings, IReadOnlyList<ReportFinding> Verdict, IReadOnlyList<ReportSection> Sections);

/// <summary>A question that the experiment answers, with its evidence.</summary>
internal sealed record ReportFinding(string Question, params IReadOnlyList<string> Answers);

internal sealed partial record ReportSection(string Title)
{
    /// <summary>To link to it.</summary>
    public string Id => NotLetters().Replace(Title.ToLowerInvariant(), "-");

    public IReadOnlyList<string> Paragraphs { get; init; } = [];

    public IReadOnlyList<ReportChart> Charts { get; init; } = [];

    public IReadOnlyList<ReportTable> Tables { get; init; } = [];

    public IReadOnlyList<ReportCode> Codes { get; init; } = [];

    [GeneratedRegex("[^a-z]+")]
    private static partial Regex NotLetters();
}

/// <param name="Wide">The drawing's markup.</param>
/// <param name="Narrow">The same for a phone, whose width would make the wide one's words too small to read.</param>
/// <param name="Data">The drawn figures, to be unfolded; null where a table of the section has them.</param>
internal sealed record ReportChart(string Caption, string Wide, string Narrow, ReportTable? Data)
{
    public static IReadOnlyList<ReportChart> Of(params IEnumerable<Plot?> plots) =>
        [.. plots.OfType<Plot>().Select(plot => new ReportChart(plot.Caption, Svg.Wide(plot), Svg.Narrow(plot), plot.Data))];
}

internal sealed record ReportCode(string Caption, string Text);

/// <summary>A table whose first column names the row.</summary>
internal sealed record ReportTable(string Caption, IReadOnlyList<ReportColumn> Columns, IReadOnlyList<ReportRow> Rows)
{
    /// <summary>Whether it is folded at first: a reader who looks for the next section must not pass hundreds of rows.</summary>
    public bool IsFolded => Rows.Count > 30;

    public string Count => Figures.Integer(Rows.Count);
}

/// <param name="IsText">Whether its cells are words; figures are set to the right.</param>
/// <param name="Detail">Set smaller, below.</param>
internal sealed record ReportColumn(string Title, bool IsText = false, string Detail = "")
{
    public static implicit operator ReportColumn(string title) => new(title);

    public static ReportColumn Of(ComparisonColumn column) => new(column.DataPlane.WireName(), Detail: column.Position.WireName());

    public static ReportColumn Words(string title) => new(title, IsText: true);
}

/// <param name="Detail">Set smaller, below.</param>
internal sealed record ReportCell(string Text, string Detail = "")
{
    public static implicit operator ReportCell(string text) => new(text);
}

internal sealed record ReportRow(string Header, params IReadOnlyList<ReportCell> Cells);
