using System.ComponentModel.DataAnnotations;
using System.Net;
using Npgsql;

namespace Plumbline.Hosting;

/// <summary>A setting that must not be empty.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class MustBeSetAttribute : RequiredAttribute
{
    public MustBeSetAttribute() => ErrorMessage = "must be set";
}

/// <summary>A setting with bounds.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class WithinAttribute : RangeAttribute
{
    public WithinAttribute(int least, int most)
        : base(least, most) => ErrorMessage = $"must be between {least} and {most}";
}

/// <summary>Path of a readable file that is not empty. An empty path names no file and is valid.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class ReadableFileAttribute : ValidationAttribute
{
    protected override ValidationResult? IsValid(object? value, ValidationContext validationContext)
    {
        string path = (string)value!;
        string? wrong = path.Length == 0 ? null : Wrong(path);
        return wrong is null ? ValidationResult.Success : new ValidationResult(wrong, [validationContext.MemberName!]);
    }

    private static string? Wrong(string path)
    {
        try
        {
            using FileStream file = File.OpenRead(path);
            return file.ReadByte() is -1 or '\n' or '\r' ? $"the file {path} is empty" : null;
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            return $"there is no file {path}";
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return $"the file {path} cannot be read: {exception.Message}";
        }
    }
}

/// <summary>
/// A connection string in Npgsql's form. Its errors do not repeat it, because it may hold a password.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class PostgresConnectionStringAttribute : ValidationAttribute
{
    protected override ValidationResult? IsValid(object? value, ValidationContext validationContext)
    {
        string? wrong = Wrong((string)value!);
        return wrong is null ? ValidationResult.Success : new ValidationResult(wrong, [validationContext.MemberName!]);
    }

    private static string? Wrong(string connectionString)
    {
        try
        {
            NpgsqlConnectionStringBuilder settings = new(connectionString);
            return connectionString.Length > 0 && string.IsNullOrEmpty(settings.Host) ? "names no Host" : null;
        }
        catch (Exception exception) when (exception is ArgumentException or FormatException)
        {
            return "is not a connection string: it must read Host=…;Database=…;Username=…, with the keywords of Npgsql";
        }
    }
}

/// <summary>An IP address.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class AddressAttribute : ValidationAttribute
{
    protected override ValidationResult? IsValid(object? value, ValidationContext validationContext) =>
        IPAddress.TryParse((string)value!, out _)
            ? ValidationResult.Success
            : new ValidationResult($"'{value}' is not an IP address", [validationContext.MemberName!]);
}
