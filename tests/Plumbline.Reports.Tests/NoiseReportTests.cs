using System.Net;
using Plumbline.Contracts;
using Plumbline.Reports.Exports;
using Plumbline.Reports.Html;
using Plumbline.Store;

namespace Plumbline.Reports.Tests;

public sealed class NoiseReportTests : IDisposable
{
    private const string Warning = "1 trial was measured on a noisy machine only: given up, and in no figure.";

    private readonly ResultsFile _file = new();
    private readonly Messages _messages = new();

    public void Dispose() => _file.Dispose();

    [Fact]
    public void A_trial_given_up_for_noise_alone_is_named_at_the_top()
    {
        ExperimentResults results = Recorded(TrialFlag.MachineNoisy);

        string html = Written(HtmlReport.Write, results);

        int at = html.IndexOf(Warning, StringComparison.Ordinal);
        Assert.InRange(at, 0, html.IndexOf("<h2", StringComparison.Ordinal));
        Assert.Contains($"> {Warning}", Written(MarkdownExport.Write, results), StringComparison.Ordinal);
    }

    [Fact]
    public void A_trial_given_up_for_another_reason_too_is_not_called_noisy_only()
    {
        ExperimentResults results = Recorded(TrialFlag.MachineNoisy, TrialFlag.PacketsLost);

        Assert.DoesNotContain("noisy machine only", Written(HtmlReport.Write, results), StringComparison.Ordinal);
    }

    [Fact]
    public void Each_step_has_the_time_of_its_control_packets()
    {
        string html = Written(HtmlReport.Write, Recorded(TrialFlag.MachineNoisy));

        Assert.Contains("still noisy when these steps began: 2.", html, StringComparison.Ordinal);
        Assert.Contains(
            "<th scope=\"row\">2</th><td>100</td><td>1.50</td><td>1.50–1.50</td><td>1.50</td><td>3</td>",
            html,
            StringComparison.Ordinal);
    }

    /// <summary>A trial of step 1 is accepted, and one of step 2 is given up with these flags.</summary>
    private ExperimentResults Recorded(params TrialFlag[] flags)
    {
        using ResultsStore store = _file.Open();
        store.RecordStarted(_messages.Started());
        Record(1, 0, 1, 1_000);
        for (int attempt = 1; attempt <= _messages.Spec.MaxAttempts; attempt++)
        {
            Record(2, 1, attempt, 1_500, flags);
        }

        store.RecordCompleted(_messages.Completed());
        return store.Load(_messages.ExperimentId);

        void Record(int step, int trial, int attempt, double controlNs, params TrialFlag[] ofTrial) =>
            store.RecordTrial(_messages
                .Trial(step, trial, Planes.Nftables, 100, Position.Last, Messages.Around(2_000), attempt, ofTrial)
                .WithControl(controlNs));
    }

    private static string Written(Action<ExperimentResults, TextWriter> write, ExperimentResults results)
    {
        using StringWriter writer = new();
        write(results, writer);
        return WebUtility.HtmlDecode(writer.ToString());
    }
}
