namespace Plumbline.Pipeline.Tests;

/// <summary>One pipeline for the tests of a class that leave it as it was; started at the first need.</summary>
public sealed class PipelineFixture : IAsyncLifetime
{
    private Pipeline? _pipeline;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _pipeline?.DisposeAsync() ?? ValueTask.CompletedTask;

    internal async Task<Pipeline> GetAsync() => _pipeline ??= await Pipeline.StartAsync();
}
