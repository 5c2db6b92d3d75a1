namespace Plumbline.Scheduler.Tests;

/// <summary>A clock that stands still until it is set.</summary>
internal sealed class FakeClock : TimeProvider
{
    public DateTimeOffset Now { get; set; } = Life.Start;

    public override DateTimeOffset GetUtcNow() => Now;
}
