namespace Plumbline.Results.Html;

// What the template is given. All of it is text that the template escapes, except the charts.

internal sealed record ReportModel(
    string Title, string Subtitle, IReadOnlyList<string> Warnings, IReadOnlyList<string> Headline, IReadOnlyList<ReportSection> Sections);

internal sealed record ReportSection(string Title)
{
    public IReadOnlyList<string> Paragraphs { get; init; } = [];

    public IReadOnlyList<ReportChart> Charts { get; init; } = [];

    public IReadOnlyList<ReportTable> Tables { get; init; } = [];

    public IReadOnlyList<ReportCode> Codes { get; init; } = [];
}

/// <param name="Svg">The drawing's markup.</param>
internal sealed record ReportChart(string Caption, string Svg);

internal sealed record ReportCode(string Caption, string Text);

/// <summary>A table whose first column names the row.</summary>
internal sealed record ReportTable(string Caption, IReadOnlyList<ReportColumn> Columns, IReadOnlyList<ReportRow> Rows);

/// <param name="IsText">Whether its cells are words; figures are set to the right.</param>
internal sealed record ReportColumn(string Title, bool IsText = false)
{
    public static implicit operator ReportColumn(string title) => new(title);

    public static ReportColumn Words(string title) => new(title, IsText: true);
}

/// <param name="Detail">Set smaller, below.</param>
internal sealed record ReportCell(string Text, string Detail = "")
{
    public static implicit operator ReportCell(string text) => new(text);
}

internal sealed record ReportRow(string Header, params IReadOnlyList<ReportCell> Cells);
