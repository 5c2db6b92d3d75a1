using System.ComponentModel.DataAnnotations;

namespace Plumbline.Hosting;

/// <summary>Where RabbitMQ is: PLUMBLINE_BROKER__HOST and so on.</summary>
public sealed class BrokerOptions
{
    public const string Section = "Broker";

    [Required]
    public string Host { get; set; } = "";

    [Range(1, 65_535)]
    public ushort Port { get; set; } = 5_672;

    [Required]
    public string VirtualHost { get; set; } = "/";

    [Required]
    public string Username { get; set; } = "";

    /// <summary>Empty where <see cref="PasswordFile"/> names a file that has it.</summary>
    public string Password { get; set; } = "";

    public string PasswordFile { get; set; } = "";

    /// <exception cref="IOException">The file cannot be read.</exception>
    public string ReadPassword() => PasswordFile.Length > 0 ? File.ReadAllText(PasswordFile).TrimEnd('\n', '\r') : Password;
}
