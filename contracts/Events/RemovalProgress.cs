namespace Plumbline.Contracts;

/// <summary>
/// How far the removal of an experiment is, for people who watch. The scheduler takes it as a sign of life. A scaler
/// publishes it at every change of a removal that takes long.
/// </summary>
public sealed record RemovalProgress
{
    public required Guid ExperimentId { get; init; }

    /// <inheritdoc cref="MeasureTrial.Run"/>
    public int Run { get; init; }

    /// <summary>Remaining requests that remove Services and endpoints. 0 when these are gone.</summary>
    public int ChangesLeft { get; init; }

    /// <summary>
    /// Null unless kube-proxy restarts to get its old mode back. That comes after the removal of the Services.
    /// </summary>
    public ProxyRestartProgress? ProxyRestart { get; init; }
}
