using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;
using Plumbline.Statistics;

namespace Plumbline.Reports.Tests.Browser;

/// <summary>The report as its readers get it.</summary>
public sealed class Report_in_a_browser_specs(ReportPage report) : IClassFixture<ReportPage>
{
    private const int Desk = 1_200;

    private const int Phone = 390;

    [Theory]
    [InlineData(Desk)]
    [InlineData(Phone)]
    public async Task Every_plot_is_visible_and_as_wide_as_its_place(int width)
    {
        IPage page = await report.OpenAsync(width);

        IReadOnlyList<ILocator> figures = await page.Locator("figure").AllAsync();
        Assert.Equal(7, figures.Count);
        foreach (ILocator figure in figures)
        {
            ILocator drawing = figure.GetByRole(AriaRole.Img);
            Assert.True(await drawing.IsVisibleAsync());
            LocatorBoundingBoxResult box = (await drawing.BoundingBoxAsync())!;
            Assert.InRange(box.Width, 0.8 * Math.Min(width, 860), width);
            Assert.InRange(box.Height, 200, 900);
            Assert.True(await drawing.Locator("polyline, path, polygon, ellipse, rect").CountAsync() > 10);
        }
    }

    [Theory]
    [InlineData(Desk)]
    [InlineData(Phone)]
    public async Task No_word_of_a_plot_is_cut_off_or_too_small_to_read(int width)
    {
        IPage page = await report.OpenAsync(width);

        string[] faults = await page.EvaluateAsync<string[]>(
            """
            () => [...document.querySelectorAll('svg')]
              .filter(svg => svg.getBoundingClientRect().width > 0).flatMap(svg => {
              const frame = svg.getBoundingClientRect();
              return [...svg.querySelectorAll('text')].map(text => [text.textContent, text.getBoundingClientRect()])
                .filter(([, box]) => box.left < frame.left - 1 || box.right > frame.right + 1
                  || box.top < frame.top - 1 || box.bottom > frame.bottom + 1 || Math.max(box.width, box.height) < 9)
                .map(([word, box]) => `${svg.getAttribute('aria-label')}: ${word} ${JSON.stringify(box)}`);
            })
            """);
        Assert.True(faults.Length == 0, string.Join("\n", faults));
    }

    [Fact]
    public async Task The_tables_figures_are_the_databases()
    {
        IPage page = await report.OpenAsync();

        ILocator table = page.Locator("#comparison table").First;
        string[] columns =
        [
            .. from head in await table.Locator("thead th").AllInnerTextsAsync()
               select string.Join(' ', head.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)),
        ];
        Assert.Equal(1 + 9, columns.Length);
        foreach (string services in new[] { "100", "1,000", "10,000" })
        {
            ILocator row = table.Locator("tbody tr").Filter(new LocatorFilterOptions { Has = page.GetByRole(
                AriaRole.Rowheader, new PageGetByRoleOptions { Name = services, Exact = true }) });
            string[] cells = [.. await row.Locator("td").AllInnerTextsAsync()];
            for (int column = 1; column < columns.Length; column++)
            {
                string[] names = columns[column].Split(' ');
                double[] p50 = [.. report.Database.Query<double>(
                    $"""
                    SELECT p50_ns FROM accepted_latency WHERE stage = 'prerouting' AND services = {services.Replace(
                        ",", "", StringComparison.Ordinal)}
                    AND data_plane = '{names[0]}' AND position = '{names[1]}' ORDER BY 1
                    """)];
                Assert.Equal(
                    Figures.Microseconds(Replications.GeometricMean(p50).Value), cells[column - 1].Split('\n')[0]);
            }
        }
    }

    [Fact]
    public async Task Nothing_but_the_file_is_asked_for_and_the_console_stays_free_of_errors()
    {
        List<string> requests = [];
        List<string> errors = [];
        await report.OpenAsync(watch: page =>
        {
            page.Request += (_, request) => requests.Add(request.Url);
            page.PageError += (_, error) => errors.Add(error);
            page.Console += (_, message) =>
            {
                if (message.Type == "error")
                {
                    errors.Add(message.Text);
                }
            };
        });

        Assert.Equal([report.Address], requests);
        Assert.Empty(errors);
    }

    [Theory]
    [InlineData(Desk, ColorScheme.Light)]
    [InlineData(Desk, ColorScheme.Dark)]
    [InlineData(Phone, ColorScheme.Light)]
    [InlineData(Phone, ColorScheme.Dark)]
    public async Task Readers_with_disabilities_meet_no_barrier(int width, ColorScheme theme)
    {
        IPage page = await report.OpenAsync(width, theme);
        await Unfold(page);

        AxeResult result = await page.RunAxe();
        Assert.Empty(result.Violations.Where(fault => fault.Impact is "serious" or "critical")
            .Select(fault =>
                $"{fault.Id}: {fault.Help}: {string.Join("; ", fault.Nodes.Take(3).Select(node => node.Html))}"));
        Assert.NotEmpty(result.Passes);
    }

    [Fact]
    public async Task On_a_phone_the_page_itself_does_not_scroll_sideways()
    {
        IPage page = await report.OpenAsync(Phone);
        await Unfold(page);

        Assert.Equal(Phone, await page.EvaluateAsync<int>("document.documentElement.scrollWidth"));
        Assert.True(await page.EvaluateAsync<bool>(
            "[...document.querySelectorAll('.scroll')].some(each => each.scrollWidth > each.clientWidth)"));
    }

    [Fact]
    public async Task The_keyboard_reaches_every_table_and_the_skip_link_comes_first()
    {
        IPage page = await report.OpenAsync(Phone);
        await page.Keyboard.PressAsync("Tab");
        Assert.Equal("Skip to the results", await page.Locator(":focus").InnerTextAsync());

        HashSet<string> reached = [];
        for (int step = 0; step < 300 && await page.EvaluateAsync<bool>(
            "document.activeElement !== document.body"); step++)
        {
            if (await page.EvaluateAsync<bool>("document.activeElement.matches('details:not([open]) > summary')"))
            {
                await page.Keyboard.PressAsync("Enter");
            }

            string? name = await page.EvaluateAsync<string?>(
                "document.activeElement.matches('.scroll') ? document.activeElement.getAttribute('aria-label') : null");
            if (name is not null)
            {
                reached.Add(name);
            }

            await page.Keyboard.PressAsync("Tab");
        }

        string[] tables = await page.EvaluateAsync<string[]>(
            "[...document.querySelectorAll('table')].map(table => table.caption.innerText)");
        Assert.True(tables.Length > 15);
        Assert.All(tables, table => Assert.Contains(table, reached));
    }

    private static Task Unfold(IPage page) =>
        page.EvaluateAsync("document.querySelectorAll('details').forEach(each => each.open = true)");
}
