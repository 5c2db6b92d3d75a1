namespace Plumbline.Hosting;

/// <summary>
/// The address of a worker's health pages: PLUMBLINE_HEALTH__PORT and so on. /healthz: the process runs. /readyz: its
/// broker and its database answer.
/// </summary>
public sealed class HealthOptions
{
    public const string Section = "Health";

    /// <summary>At 0 the kernel chooses a port.</summary>
    [Within(0, 65_535)]
    public int Port { get; set; } = 8_080;

    /// <summary>A kubelet or a compose network needs another address than loopback.</summary>
    [Address]
    public string Address { get; set; } = "127.0.0.1";
}
