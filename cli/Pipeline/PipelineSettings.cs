using Microsoft.Extensions.Configuration;
using Plumbline.Hosting;

namespace Plumbline.Cli.Pipeline;

/// <summary>The pipeline's servers, from the workers' own variables, with defaults for this machine.</summary>
internal static class PipelineSettings
{
    private const string Prefix = "PLUMBLINE_";

    /// <summary>The address and credentials of RabbitMQ.</summary>
    /// <exception cref="UserException">A variable is wrong, or the password file cannot be read.</exception>
    public static BrokerOptions ReadBroker() => ReadBroker(OfEnvironment());

    /// <inheritdoc cref="ReadBroker()"/>
    public static BrokerOptions ReadBroker(IConfiguration configuration)
    {
        BrokerOptions options = new() { Host = "127.0.0.1", Username = "plumbline" };
        if (configuration.BindChecked(BrokerOptions.Section, options) is { Count: > 0 } wrong)
        {
            throw new UserException(ExitCode.BadInput, string.Join("; ", wrong));
        }

        (options.Password, options.PasswordFile) = (Read(options.ReadPassword, "BROKER"), "");
        return options;
    }

    /// <summary>A variable says where PostgreSQL is.</summary>
    public static bool HasPostgres => !string.IsNullOrEmpty(OfEnvironment()["Postgres:ConnectionString"]);

    /// <summary>The connection string with its password.</summary>
    /// <exception cref="UserException">It is not set, or the password file cannot be read.</exception>
    public static string ReadPostgres() => HasPostgres
        ? Read(() => PostgresOptions.Read(OfEnvironment()), "POSTGRES")
        : throw new UserException(
            ExitCode.BadInput,
            $"{Prefix}POSTGRES__CONNECTIONSTRING is not set; set it to Host=…;Database=…;Username=…");

    private static string Read(Func<string> read, string section)
    {
        try
        {
            return read();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new UserException(ExitCode.CannotRun, $"{Prefix}{section}__PASSWORDFILE: {exception.Message}");
        }
        catch (ArgumentException)
        {
            // The text may hold a password, so the message does not repeat it.
            throw new UserException(
                ExitCode.BadInput,
                $"{Prefix}{section}__CONNECTIONSTRING is not a connection string; "
                + "write Host=…;Database=…;Username=…");
        }
    }

    private static IConfigurationRoot OfEnvironment() =>
        new ConfigurationBuilder().AddEnvironmentVariables(Prefix).Build();
}
