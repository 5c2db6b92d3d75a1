using System.Text.Encodings.Web;
using System.Text.Unicode;
using Fluid;
using Plumbline.DataPlanes;

namespace Plumbline.Reports.Html;

/// <summary>The report for people: one HTML file that refers to nothing outside itself and runs no script.</summary>
public static class HtmlReport
{
    private static readonly IFluidTemplate s_template =
        new FluidParser(new FluidParserOptions { AllowFunctions = true }).Parse(Resource("report.liquid"));

    private static readonly string s_style = $"{PlaneColors()}\n{Resource("report.css")}";

    // Escapes what could be markup and leaves µ and – readable in the source.
    private static readonly HtmlEncoder s_encoder = HtmlEncoder.Create(UnicodeRanges.All);

    private static readonly TemplateOptions s_options = new()
    {
        MemberAccessStrategy = new UnsafeMemberAccessStrategy { MemberNameStrategy = MemberNameStrategies.SnakeCase },
    };

    public static void Write(ExperimentResults results, TextWriter writer) =>
        Write(ReportBuilder.Build(results), writer);

    internal static void Write(ReportModel page, TextWriter writer)
    {
        TemplateContext context = new(s_options);
        context.SetValue("report", page);
        context.SetValue("style", s_style);
        writer.Write(s_template.Render(context, s_encoder));
    }

    /// <summary>The data planes' colours as variables, on light and on dark pages.</summary>
    private static string PlaneColors()
    {
        return $$"""
            :root { {{Variables(style => style.Color)}} }
            @media screen and (prefers-color-scheme: dark) { :root { {{Variables(style => style.DarkColor)}} } }
            """;

        static string Variables(Func<PlaneStyle, string> color) =>
            string.Join(' ', KnownDataPlanes.WithRules.Select(plane => $"--{plane.Name}: {color(plane.Style)};"));
    }

    private static string Resource(string name)
    {
        using StreamReader reader = new(typeof(HtmlReport).Assembly.GetManifestResourceStream(name)!);
        return reader.ReadToEnd();
    }
}
