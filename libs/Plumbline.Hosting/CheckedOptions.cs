using System.ComponentModel.DataAnnotations;
using System.Reflection;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Plumbline.Hosting;

/// <summary>Settings that are checked before anything starts. Errors name the environment variable.</summary>
public static class CheckedOptions
{
    /// <summary>The prefix of every setting's environment variable.</summary>
    internal const string Prefix = "PLUMBLINE_";

    /// <summary>Binds a section and validates it at the start.</summary>
    public static void AddCheckedOptions<T>(this IServiceCollection services, string section)
        where T : class, new()
    {
        services.AddSingleton<IConfigureOptions<T>>(Make);
        services.AddSingleton<IValidateOptions<T>>(Make);
        services.AddOptions<T>().ValidateOnStart();

        Bound<T> Make(IServiceProvider provider) => new(provider.GetRequiredService<IConfiguration>(), section);
    }

    /// <summary>Binds a section to options with default values. Returns one line for each error.</summary>
    public static IReadOnlyList<string> BindChecked<T>(this IConfiguration configuration, string section, T options)
        where T : class
    {
        Bound<T> bound = new(configuration, section);
        bound.Configure(options);
        return [.. bound.Validate(null, options).Failures ?? []];
    }

    /// <summary>One line for each error in the settings, over all sections.</summary>
    internal static IReadOnlyList<string> Failures(IServiceProvider services)
    {
        try
        {
            services.GetService<IStartupValidator>()?.Validate();
            return [];
        }
        catch (OptionsValidationException exception)
        {
            return [.. exception.Failures];
        }
        catch (AggregateException exception)
        {
            return [.. exception.InnerExceptions.Cast<OptionsValidationException>().SelectMany(each => each.Failures)];
        }
    }

    /// <summary>The environment variable of a setting.</summary>
    internal static string Variable(string section, string? name) =>
        $"{Prefix}{section.ToUpperInvariant()}__{name?.ToUpperInvariant()}";

    /// <summary>
    /// Binds one property at a time. The framework's binder throws at the first value of the wrong type, and would not
    /// check the others.
    /// </summary>
    private sealed class Bound<T>(IConfiguration configuration, string section)
        : IConfigureOptions<T>, IValidateOptions<T>
        where T : class
    {
        public void Configure(T options)
        {
            foreach (PropertyInfo property in typeof(T).GetProperties())
            {
                if (TryRead(property, out object? value) && value is not null)
                {
                    property.SetValue(options, value);
                }
            }
        }

        public ValidateOptionsResult Validate(string? name, T options)
        {
            PropertyInfo[] unreadable = [.. typeof(T).GetProperties().Where(property => !TryRead(property, out _))];
            List<ValidationResult> results = [];
            Validator.TryValidateObject(options, new ValidationContext(options), results, validateAllProperties: true);
            string[] failures =
            [
                .. unreadable.Select(property => Failure(
                    property.Name, $"'{configuration[$"{section}:{property.Name}"]}' is not a number")),
                .. results.Select(result => Failure(result.MemberNames.FirstOrDefault(), result.ErrorMessage)),
            ];
            return failures.Length == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
        }

        private string Failure(string? property, string? reason) => $"{Variable(section, property)}: {reason}";

        private bool TryRead(PropertyInfo property, out object? value)
        {
            try
            {
                value = configuration.GetSection(section).GetSection(property.Name).Get(property.PropertyType);
                return true;
            }
            catch (InvalidOperationException)
            {
                value = null;
                return false;
            }
        }
    }
}
