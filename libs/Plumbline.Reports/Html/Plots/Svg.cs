using System.Globalization;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using OxyPlot;
using OxyPlot.Legends;
using Plumbline.DataPlanes;

namespace Plumbline.Reports.Html.Plots;

/// <summary>A plot as markup to put into the page, or as a document of its own.</summary>
internal static partial class Svg
{
    /// <summary>The colours that the page's theme decides, as the exporter writes them.</summary>
    private static readonly (string Color, string Variable)[] s_themed =
    [
        ("black", "var(--text)"),
        Variable(OxyColors.White, "card"),
        Variable(PlotAxes.MajorGrid, "grid"),
        Variable(PlotAxes.MinorGrid, "grid-minor"),
        .. KnownDataPlanes.WithRules.Select(plane => Variable(OxyColor.Parse(plane.Style.Color), plane.Name.Name)),
    ];

    public static string Wide(Plot plot) => ForPage(plot, "wide", PlotSize.Wide);

    /// <summary>The legend below leaves the drawing the whole width.</summary>
    public static string Narrow(Plot plot)
    {
        int legendLines = plot.Model.Series.Count(series => series.RenderInLegend && series.Title is not null);
        return ForPage(plot, "narrow", new PlotSize(360, 330 + 18 * legendLines, 12, LegendPosition.BottomLeft));
    }

    /// <summary>A document of its own, of the wide size.</summary>
    public static string Document(Plot plot) => Draw(plot, PlotSize.Wide).ToString(SaveOptions.DisableFormatting);

    private static string ForPage(Plot plot, string name, PlotSize size)
    {
        XElement svg = Draw(plot, size);
        svg.SetAttributeValue("class", name);
        foreach (XAttribute attribute in svg.Descendants().Attributes())
        {
            attribute.Value = attribute.Name.LocalName switch
            {
                // Every drawing numbers its clip paths from 1, but ids are the whole page's.
                "id" => $"{plot.Id}-{name}-{attribute.Value}",
                "clip-path" => attribute.Value.Replace("url(#", $"url(#{plot.Id}-{name}-", StringComparison.Ordinal),
                "style" or "fill" or "stroke" => Themed(attribute.Value),
                _ => attribute.Value,
            };
        }

        return svg.ToString(SaveOptions.DisableFormatting);
    }

    private static XElement Draw(Plot plot, PlotSize size)
    {
        size.Apply(plot.Model);
        SvgExporter exporter = new()
        {
            Width = size.Width,
            Height = size.Height,
            IsDocument = false,
            UseVerticalTextAlignmentWorkaround = true,
        };
        XElement svg = XElement.Parse(exporter.ExportToString(plot.Model));
        svg.SetAttributeValue("width", null);
        svg.SetAttributeValue("height", null);
        string box = string.Create(CultureInfo.InvariantCulture, $"0 0 {size.Width} {size.Height}");
        svg.SetAttributeValue("viewBox", box);
        svg.SetAttributeValue("role", "img");
        svg.SetAttributeValue("aria-label", plot.Description);
        foreach (XElement element in svg.Descendants())
        {
            foreach (XAttribute attribute in element.Attributes())
            {
                attribute.Value = Digits().Replace(attribute.Value, "$1");
            }

            if (element.Name.LocalName == "text")
            {
                // A font needs others to fall back on.
                element.SetAttributeValue("font-family", "Helvetica, Arial, sans-serif");
            }
            else if (element.Descendants().Any(inner => inner.Name.LocalName == "text"))
            {
                // The legend is cut off at its text's measured width, which the reader's font may exceed.
                element.SetAttributeValue("clip-path", null);
            }
        }

        return svg;
    }

    private static string Themed(string style) => s_themed.Aggregate(
        style, (value, each) => value.Replace(each.Color, each.Variable, StringComparison.Ordinal));

    private static (string Color, string Variable) Variable(OxyColor color, string name) =>
        (string.Create(CultureInfo.InvariantCulture, $"rgb({color.R},{color.G},{color.B})"), $"var(--{name})");

    /// <summary>A tenth of a pixel is all that can be seen.</summary>
    [GeneratedRegex(@"(\d\.\d)\d+")]
    private static partial Regex Digits();
}
