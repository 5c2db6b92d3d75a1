namespace Plumbline.Pipeline.Tests;

/// <summary>One pipeline for all tests of a class that leave it unchanged. Starts when first used.</summary>
public sealed class PipelineFixture : IAsyncLifetime
{
    private Pipeline? _pipeline;
    private Guid? _ended;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _pipeline?.DisposeAsync() ?? ValueTask.CompletedTask;

    /// <summary>An ended experiment with this specification, shared by all tests that need it.</summary>
    internal async Task<Guid> GetEndedAsync(string spec)
    {
        if (_ended is null)
        {
            Pipeline pipeline = await GetAsync();
            _ended = await pipeline.RequestExperimentAsync(spec);
            Assert.Equal("completed", await pipeline.WaitForEndAsync(_ended.Value));
        }

        return _ended.Value;
    }

    internal async Task<Pipeline> GetAsync() => _pipeline ??= await Pipeline.StartAsync();
}
