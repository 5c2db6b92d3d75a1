using System.Globalization;
using Microsoft.Data.Sqlite;

namespace Plumbline.Vm.Tests;

/// <summary>
/// One guest in which tests/vm/survey tries everything, for all tests of its kernel.
/// An emulated machine takes its time.
/// </summary>
/// <param name="isAlways">Whether every test run surveys this kernel, or only a thorough one.</param>
public abstract class GuestSurvey(string kernel, bool isAlways) : IAsyncLifetime
{
    /// <summary>Far more than it takes: a busy machine emulates slowly.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(TriesMore ? 50 : 20);

    private readonly TemporaryFolder _folder = new();

    /// <summary>Why there is no guest; null where there is one.</summary>
    public string? Missing { get; private set; }

    /// <summary>Whether the survey tries what takes long, too.</summary>
    public static bool TriesMore => Environment.GetEnvironmentVariable("PLUMBLINE_VM_TESTS") == "1";

    public SqliteConnection Open(string database) =>
        new($"Data Source={_folder.File(database)};Mode=ReadOnly;Pooling=False");

    public async ValueTask InitializeAsync()
    {
        CancellationToken token = TestContext.Current.CancellationToken;
        Missing = isAlways || TriesMore
            ? await Guest.FindMissingAsync(kernel, token)
            : "takes long: with PLUMBLINE_VM_TESTS=1";
        if (Missing is null)
        {
            string[] survey =
            [
                Repository.File("tests/vm/survey"), _folder.Path,
                "dotnet", Path.Combine(AppContext.BaseDirectory, "plumbline.dll"),
            ];
            (int exitCode, string output) = await Guest.RunAsync(kernel, s_patience, _folder.Path, survey, token);
            Assert.True(exitCode == 0, $"exit status {exitCode}: {output}");
        }
    }

    public ValueTask DisposeAsync()
    {
        _folder.Dispose();
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    public string Read(string file) => File.ReadAllText(_folder.File(file)).Trim();

    public int ReadNumber(string file) => int.Parse(Read(file), CultureInfo.InvariantCulture);
}

public sealed class SurveyOf61() : GuestSurvey("6.1", isAlways: false);

public sealed class SurveyOf612() : GuestSurvey("6.12", isAlways: true);
