using System.Globalization;
using System.Xml.Linq;
using OxyPlot;

namespace Plumbline.Results.Html;

/// <summary>A chart as markup to put into the page.</summary>
internal static class Svg
{
    private const int Width = 860;

    private const int Height = 440;

    /// <param name="id">A name of the chart's own in the page.</param>
    /// <param name="description">What the chart shows, for readers who do not see it.</param>
    public static string Draw(PlotModel model, string id, string description)
    {
        SvgExporter exporter = new() { Width = Width, Height = Height, IsDocument = false, UseVerticalTextAlignmentWorkaround = true };
        XElement svg = XElement.Parse(exporter.ExportToString(model));
        svg.SetAttributeValue("width", null);
        svg.SetAttributeValue("height", null);
        svg.SetAttributeValue("viewBox", string.Create(CultureInfo.InvariantCulture, $"0 0 {Width} {Height}"));
        svg.SetAttributeValue("role", "img");
        svg.SetAttributeValue("aria-label", description);
        UnclipText(svg);
        FitIntoPage(svg, id);
        return svg.ToString(SaveOptions.DisableFormatting);
    }

    /// <summary>The legend is cut off at its text's measured width, which the reader's font may exceed.</summary>
    private static void UnclipText(XElement svg)
    {
        foreach (XElement group in svg.Descendants().Where(each => each.Descendants().Any(inner => inner.Name.LocalName == "text")))
        {
            group.SetAttributeValue("clip-path", null);
        }
    }

    /// <summary>Every drawing numbers its clip paths from 1, but ids are the whole page's; and a font needs others to fall back on.</summary>
    private static void FitIntoPage(XElement svg, string id)
    {
        foreach (XAttribute attribute in svg.Descendants().Attributes())
        {
            if (attribute.Name == "font-family")
            {
                attribute.Value = "Helvetica, Arial, sans-serif";
            }
            else if (attribute.Name == "id")
            {
                attribute.Value = $"{id}-{attribute.Value}";
            }
            else if (attribute.Value.StartsWith("url(#", StringComparison.Ordinal))
            {
                attribute.Value = $"url(#{id}-{attribute.Value["url(#".Length..]}";
            }
        }
    }
}
