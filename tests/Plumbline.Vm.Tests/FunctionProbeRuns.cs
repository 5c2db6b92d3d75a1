using System.Globalization;

namespace Plumbline.Vm.Tests;

/// <summary>
/// One guest for all tests of its kernel, because an emulated machine is slow. In it the lab uses the function probe
/// once by each attachment, and a packet is traced.
/// </summary>
public abstract class FunctionProbeRuns(string kernel) : IAsyncLifetime
{
    /// <summary>Far more than a guest needs: a busy machine emulates slowly.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(15);

    /// <summary>
    /// An emulated machine keeps this rate. The trace comes first, before any module is loaded.
    /// </summary>
    private const string Script =
        """
        plumbline() { dotnet "$PROGRAM" "$@"; }
        lab() {
            plumbline lab --measure one-way --services 100 --positions last --builds 1 --trials 1 --packets 1000 \
                --rate 300 "$@" >"$out.log" 2>&1
            echo $? >"$out.status"
        }
        plumbline trace --data-plane iptables-legacy --services 100 >"$FOLDER/trace.log" 2>&1
        echo $? >"$FOLDER/trace.status"
        for attachment in fentry kprobe; do
            export PLUMBLINE_FUNCTION_ATTACHMENTS=$attachment
            out=$FOLDER/$attachment
            lab --timing function --out "$out"
        done
        export PLUMBLINE_FUNCTION_ATTACHMENTS=
        out=$FOLDER/refused
        lab --timing function --out "$out"
        find /run/netns -name 'plumbline-*' | wc -l >"$FOLDER/left"
        """;

    private readonly TemporaryFolder _folder = new();

    /// <summary>Why there is no guest; null when there is one.</summary>
    public string? Missing { get; private set; }

    public async ValueTask InitializeAsync()
    {
        CancellationToken token = TestContext.Current.CancellationToken;
        Missing = await Guest.FindMissingAsync(kernel, token);
        if (Missing is null)
        {
            string program = Path.Combine(AppContext.BaseDirectory, "plumbline.dll");
            string[] command = ["bash", "-c", $"FOLDER='{_folder.Path}'\nPROGRAM='{program}'\n{Script}"];
            (int exitCode, string output) = await Guest.RunAsync(kernel, s_patience, _folder.Path, command, token);
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

    public string Database(string attachment) =>
        $"Data Source={Path.Combine(_folder.Path, attachment, "plumbline.db")};Mode=ReadOnly;Pooling=False";
}

public sealed class FunctionsOn61() : FunctionProbeRuns("6.1");

public sealed class FunctionsOn612() : FunctionProbeRuns("6.12");
