namespace Plumbline.Vm.Tests;

/// <summary>tests/vm/run itself.</summary>
[Trait("Category", "Vm")]
[Trait("Category", "VmLong")]
public sealed class Runner_specs
{
    private const string Kernel = "6.12";

    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(5);

    [Fact]
    public async Task A_killed_commands_output_and_status_come_back()
    {
        await SkipWithoutGuestAsync();

        (int exitCode, string output) = await Guest.RunAsync(
            Kernel,
            s_patience,
            null,
            ["sh", "-c", "echo \"$1\"; pwd; uname -r; kill -KILL $$", "sh", "it's  one argument"],
            Token);

        Assert.Equal(137, exitCode);
        Assert.StartsWith($"it's  one argument\n{Repository.Top}\n{Kernel}.", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_panic_of_the_guest_is_told()
    {
        await SkipWithoutGuestAsync();

        (int exitCode, string output) = await Guest.RunAsync(
            Kernel, s_patience, null, ["sh", "-c", "echo c >/proc/sysrq-trigger"], Token);

        Assert.Equal(125, exitCode);
        Assert.Contains("Kernel panic", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_guest_is_ended_after_its_time()
    {
        await SkipWithoutGuestAsync();

        (int exitCode, string output) = await Guest.RunAsync(
            Kernel, TimeSpan.FromSeconds(2), null, ["sleep", "1000"], Token);

        Assert.Equal(124, exitCode);
        Assert.Contains("ended after 2 seconds", output, StringComparison.Ordinal);
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static async Task SkipWithoutGuestAsync()
    {
        string? missing = await Guest.FindMissingAsync(Kernel, Token);
        Assert.SkipWhen(missing is not null, missing ?? "");
    }
}
