using Xunit;

namespace Plumbline.Tests;

internal static class Waiting
{
    private const int PatienceMs = 30_000;

    public static async Task UntilAsync(Func<Task<bool>> isSo)
    {
        long deadline = Environment.TickCount64 + PatienceMs;
        while (!await isSo())
        {
            Assert.True(Environment.TickCount64 < deadline, "it did not come to be");
            await Task.Delay(10, TestContext.Current.CancellationToken);
        }
    }
}
