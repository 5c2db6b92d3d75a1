using System.ComponentModel.DataAnnotations;
using System.Reflection;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Plumbline.Hosting;

/// <summary>Settings that are looked at before anything starts; each that is wrong is named by its environment variable.</summary>
public static class CheckedOptions
{
    /// <summary>What every setting's variable begins with.</summary>
    internal const string Prefix = "PLUMBLINE_";

    /// <summary>Binds a section and has it validated at start.</summary>
    public static void AddCheckedOptions<T>(this IServiceCollection services, string section)
        where T : class, new()
    {
        services.AddSingleton<IConfigureOptions<T>>(provider => new Bound<T>(provider.GetRequiredService<IConfiguration>(), section));
        services.AddSingleton<IValidateOptions<T>>(provider => new Bound<T>(provider.GetRequiredService<IConfiguration>(), section));
        services.AddOptions<T>().ValidateOnStart();
    }

    /// <summary>Binds a section to options that have their defaults, and says what is wrong with it, one line each.</summary>
    public static IReadOnlyList<string> BindChecked<T>(this IConfiguration configuration, string section, T options)
        where T : class
    {
        Bound<T> bound = new(configuration, section);
        bound.Configure(options);
        return [.. bound.Validate(null, options).Failures ?? []];
    }

    /// <summary>What is wrong with the settings, one line each; of every group of settings, not of the first alone.</summary>
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
    internal static string Variable(string section, string? name) => $"{Prefix}{section.ToUpperInvariant()}__{name?.ToUpperInvariant()}";

    /// <summary>
    /// Binds property by property: the framework's binder throws at the first value that is of the wrong type, and the others would
    /// not be looked at.
    /// </summary>
    private sealed class Bound<T>(IConfiguration configuration, string section) : IConfigureOptions<T>, IValidateOptions<T>
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
                .. unreadable.Select(property => $"{Variable(section, property.Name)}: '{configuration[$"{section}:{property.Name}"]}' is not a number"),
                .. results.Select(result => $"{Variable(section, result.MemberNames.FirstOrDefault())}: {result.ErrorMessage}"),
            ];
            return failures.Length == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
        }

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
