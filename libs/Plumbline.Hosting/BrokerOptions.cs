namespace Plumbline.Hosting;

/// <summary>The address of RabbitMQ: PLUMBLINE_BROKER__HOST and so on.</summary>
public sealed class BrokerOptions
{
    public const string Section = "Broker";

    [MustBeSet]
    public string Host { get; set; } = "";

    [Within(1, 65_535)]
    public int Port { get; set; } = 5_672;

    [MustBeSet]
    public string VirtualHost { get; set; } = "/";

    [MustBeSet]
    public string Username { get; set; } = "";

    /// <summary>Empty if <see cref="PasswordFile"/> names a file with the password.</summary>
    public string Password { get; set; } = "";

    [ReadableFile]
    public string PasswordFile { get; set; } = "";

    /// <exception cref="IOException">The file cannot be read.</exception>
    public string ReadPassword() =>
        PasswordFile.Length > 0 ? File.ReadAllText(PasswordFile).TrimEnd('\n', '\r') : Password;
}
