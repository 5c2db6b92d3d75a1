using Plumbline.Contracts;
using Plumbline.Reports.Exports;
using Plumbline.Store;

namespace Plumbline.Reports.Tests;

public sealed class RawExportTests : IDisposable
{
    private readonly ResultsFile _file = new();

    private readonly TemporaryFolder _folder = new();

    private readonly Messages _messages = new() { Spec = new ExperimentSpec { KeepRaw = true } };

    public void Dispose()
    {
        _file.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void Kept_latencies_are_written_as_text_in_the_order_of_sending()
    {
        long[] values = [30_000, 10_000, 20_000, 10_000];

        IReadOnlyList<string> paths = Written(
            _messages.RoundTrip(3, 17, Planes.Nftables, 10_000, Position.Last, values, 1, TrialFlag.PacketsLost));

        Assert.Equal(
            [
                "step03-trial017-attempt1-nftables-last-10000-round-trip.txt",
                "step03-trial017-attempt1-nftables-last-10000-round-trip-user-space.txt",
            ],
            paths.Select(Path.GetFileName));
        Assert.Equal("30000\n10000\n20000\n10000\n", File.ReadAllText(paths[0]));
        Assert.Equal(paths.Order(), Directory.GetFiles(_folder.File("raw")).Order());
    }

    [Fact]
    public void Nothing_is_written_where_no_latencies_were_kept()
    {
        Assert.Empty(Written(_messages.Trial(1, 0, Planes.Nftables, 100, Position.Last, Messages.Around(2_000))));
        Assert.False(Directory.Exists(_folder.File("raw")));
    }

    private IReadOnlyList<string> Written(TrialMeasured trial)
    {
        using ResultsStore store = _file.Open();
        store.RecordStarted(_messages.Started());
        store.RecordTrial(trial);
        return RawExport.Write(store, store.Load(_messages.ExperimentId), _folder.File("raw"));
    }
}
