using System.Data.Common;
using Microsoft.Extensions.Configuration;

namespace Plumbline.Hosting;

/// <summary>The address of PostgreSQL: PLUMBLINE_POSTGRES__CONNECTIONSTRING and so on.</summary>
public sealed class PostgresOptions
{
    public const string Section = "Postgres";

    /// <summary>In Npgsql's form: Host=…;Database=…;Username=….</summary>
    [MustBeSet]
    [PostgresConnectionString]
    public string ConnectionString { get; set; } = "";

    /// <summary>A file with the password, if the connection string has none.</summary>
    [ReadableFile]
    public string PasswordFile { get; set; } = "";

    /// <summary>The connection string, with the password.</summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static string Read(IConfiguration configuration)
    {
        PostgresOptions options = new();
        configuration.GetSection(Section).Bind(options);
        if (options.PasswordFile.Length == 0)
        {
            return options.ConnectionString;
        }

        DbConnectionStringBuilder builder = new() { ConnectionString = options.ConnectionString };
        builder["Password"] = File.ReadAllText(options.PasswordFile).TrimEnd('\n', '\r');
        return builder.ConnectionString;
    }
}
