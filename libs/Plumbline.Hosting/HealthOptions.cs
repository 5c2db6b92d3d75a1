namespace Plumbline.Hosting;

/// <summary>Where a worker says how it is (/healthz: it lives; /readyz: it has its broker and its database): PLUMBLINE_HEALTH__PORT and so on.</summary>
public sealed class HealthOptions
{
    public const string Section = "Health";

    /// <summary>0 for a port that the kernel chooses.</summary>
    [Within(0, 65_535)]
    public int Port { get; set; } = 8_080;

    /// <summary>Loopback unless told otherwise: a kubelet or a compose network needs another.</summary>
    [Address]
    public string Address { get; set; } = "127.0.0.1";
}
