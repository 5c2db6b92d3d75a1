using System.Text.RegularExpressions;
using Plumbline.Reports.Html.Plots;

namespace Plumbline.Reports.Html;

// The template's input. It escapes all texts except the charts.

/// <param name="Subtitle">What was measured, in one line.</param>
/// <param name="Record">Which experiment it is.</param>
internal sealed record ReportModel(
    string Title,
    string Subtitle,
    string Record,
    IReadOnlyList<string> Warnings,
    IReadOnlyList<ReportFinding> Verdict,
    IReadOnlyList<ReportSection> Sections);

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
/// <param name="Data">The drawn figures, folded at first; null where a table of the section has them.</param>
internal sealed record ReportChart(string Caption, string Wide, string Narrow, ReportTable? Data)
{
    public static IReadOnlyList<ReportChart> Of(params IEnumerable<Plot?> plots) =>
    [
        .. from plot in plots.OfType<Plot>()
           select new ReportChart(plot.Caption, Svg.Wide(plot), Svg.Narrow(plot), plot.Data),
    ];
}

internal sealed record ReportCode(string Caption, string Text);

/// <summary>A table whose first column names the row.</summary>
internal sealed record ReportTable(
    string Caption, IReadOnlyList<ReportColumn> Columns, IReadOnlyList<ReportRow> Rows)
{
    /// <summary>Whether it is folded at first, so that nobody scrolls past hundreds of rows.</summary>
    public bool IsFolded => Rows.Count > 30;

    public string Count => Figures.Integer(Rows.Count);
}

/// <param name="IsText">Whether its cells are words; figures are aligned to the right.</param>
/// <param name="Detail">Smaller, below.</param>
internal sealed record ReportColumn(string Title, bool IsText = false, string Detail = "")
{
    public static implicit operator ReportColumn(string title) => new(title);

    /// <summary>A column of a table whose rows are numbers of Services.</summary>
    public static ReportColumn Of(Cell column) => new(
        CellText.Column(column.Without(Axes.Position)), Detail: column.Position.WireName());

    public static ReportColumn Words(string title) => new(title, IsText: true);
}

/// <param name="Detail">Smaller, below.</param>
internal sealed record ReportCell(string Text, string Detail = "")
{
    public static implicit operator ReportCell(string text) => new(text);
}

internal sealed record ReportRow(string Header, params IReadOnlyList<ReportCell> Cells)
{
    /// <summary>The first text is the header.</summary>
    public static ReportRow Of(params IReadOnlyList<ReportCell> cells) => new(cells[0].Text, [.. cells.Skip(1)]);
}
