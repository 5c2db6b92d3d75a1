using Microsoft.Playwright;
using Plumbline.Contracts;
using Plumbline.Reports.Html;
using Plumbline.Store;

namespace Plumbline.Reports.Tests.Browser;

/// <summary>A sample experiment's report, and Debian's chromium to open it with; both once for all tests.</summary>
public sealed class ReportPage : IAsyncLifetime
{
    private const string Chromium = "/usr/bin/chromium";

    private readonly ResultsFile _file = new();

    private readonly TemporaryFolder _folder = new();

    private IPlaywright? _playwright;

    private IBrowser? _browser;

    /// <summary>The database's own figures, past the library.</summary>
    internal ResultsFile Database => _file;

    public string Address { get; private set; } = "";

    public async ValueTask InitializeAsync()
    {
        Messages messages = new()
        {
            Spec = new ExperimentSpec
            {
                Services = [100, 1_000, 10_000], Trials = 5, Measure = ["one-way", "rtt", "grpc"],
            },
        };
        using ResultsStore store = _file.Open();
        SampleExperiment.Record(store, messages, builds: 5);
        string path = _folder.File("report.html");
        await using (StreamWriter writer = new(path))
        {
            HtmlReport.Write(store.Load(messages.ExperimentId), writer);
        }

        Address = new Uri(path).AbsoluteUri;
        if (File.Exists(Chromium))
        {
            // The distribution's browser: none is downloaded.
            _playwright = await Playwright.CreateAsync();
            _browser = await _playwright.Chromium.LaunchAsync(
                new BrowserTypeLaunchOptions { ExecutablePath = Chromium, Args = ["--no-sandbox"] });
        }
    }

    /// <summary>Opens the report; skips the test where there is no browser.</summary>
    /// <param name="watch">Called before the report is loaded.</param>
    public async Task<IPage> OpenAsync(
        int width = 1_200, ColorScheme theme = ColorScheme.Light, Action<IPage>? watch = null)
    {
        if (_browser is null)
        {
            Assert.Skip($"There is no {Chromium}: install the package chromium.");
        }

        IPage page = await _browser.NewPageAsync(new BrowserNewPageOptions
        {
            ViewportSize = new ViewportSize { Width = width, Height = 900 },
            ColorScheme = theme,
        });
        watch?.Invoke(page);
        await page.GotoAsync(Address);
        return page;
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null)
        {
            await _browser.DisposeAsync();
        }

        _playwright?.Dispose();
        _folder.Dispose();
        _file.Dispose();
    }
}
