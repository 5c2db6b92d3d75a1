using Plumbline.Contracts;
using Plumbline.Linux;
using Plumbline.Trials.Sending;

namespace Plumbline.Trials.Tests;

public sealed class Cache_eviction_specs : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void It_reads_twice_the_second_level_of_the_sending_CPU()
    {
        Put(cpu: 0, index: 0, level: "2", size: "512K");
        Put(cpu: 3, index: 0, level: "1", size: "48K");
        Put(cpu: 3, index: 1, level: "1", size: "32K");
        Put(cpu: 3, index: 2, level: "2", size: "1280K");
        Put(cpu: 3, index: 3, level: "3", size: "30720K");

        CacheEviction eviction = new(3, new SystemFiles(_folder.Path));

        Assert.Equal(2 * 1_280 * 1_024, eviction.Bytes);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("?")]
    public void Where_the_kernel_does_not_say_it_reads_4_MB(string? size)
    {
        if (size is not null)
        {
            Put(cpu: 0, index: 0, level: "2", size);
        }

        CacheEviction eviction = new(0, new SystemFiles(_folder.Path));

        Assert.Equal(4 * 1_024 * 1_024, eviction.Bytes);
    }

    [Fact]
    public void Every_line_is_written()
    {
        CacheEviction eviction = new(0, new SystemFiles(_folder.Path));
        long lines = eviction.Bytes / 64;

        Assert.Equal((lines, 2 * lines), (eviction.Evict(), eviction.Evict()));
    }

    [Fact]
    public void Warm_cells_have_none()
    {
        CacheEviction? cold = CacheEviction.For(Cell.Empty.With(Axes.Cache, "cold"), 0);

        Assert.NotNull(cold);
        Assert.Null(CacheEviction.For(Cell.Empty.With(Axes.Cache, "warm"), 0));
        Assert.Null(CacheEviction.For(Cell.Empty, 0));
    }

    private void Put(int cpu, int index, string level, string size)
    {
        string folder = Path.Combine(_folder.Path, $"sys/devices/system/cpu/cpu{cpu}/cache/index{index}");
        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, "level"), $"{level}\n");
        File.WriteAllText(Path.Combine(folder, "size"), $"{size}\n");
    }
}
