using Microsoft.Extensions.Configuration;
using Plumbline.Hosting;

namespace Plumbline.Cli.Pipeline;

/// <summary>Where the pipeline's servers are: the workers' own variables, with defaults for a person at the machine.</summary>
internal static class PipelineSettings
{
    private const string Prefix = "PLUMBLINE_";

    /// <summary>Where RabbitMQ is, with its password read.</summary>
    /// <exception cref="UserException">A variable is wrong, or its file cannot be read.</exception>
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

    /// <summary>Whether anything says where PostgreSQL is.</summary>
    public static bool HasPostgres => !string.IsNullOrEmpty(OfEnvironment()["Postgres:ConnectionString"]);

    /// <summary>The connection string with its password.</summary>
    /// <exception cref="UserException">There is none, or its file cannot be read.</exception>
    public static string ReadPostgres() => HasPostgres
        ? Read(() => PostgresOptions.Read(OfEnvironment()), "POSTGRES")
        : throw new UserException(
            ExitCode.BadInput, $"{Prefix}POSTGRES__CONNECTIONSTRING says where PostgreSQL is, as Host=…;Database=…;Username=…; it is not set");

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
            // The text may hold a password, so it is not repeated.
            throw new UserException(ExitCode.BadInput, $"{Prefix}{section}__CONNECTIONSTRING is not one, as Host=…;Database=…;Username=…");
        }
    }

    private static IConfigurationRoot OfEnvironment() => new ConfigurationBuilder().AddEnvironmentVariables(Prefix).Build();
}
