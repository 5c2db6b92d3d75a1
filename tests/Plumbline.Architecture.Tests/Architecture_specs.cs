using System.Reflection;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using Plumbline.Contracts;

namespace Plumbline.Architecture.Tests;

public sealed partial class Architecture_specs
{
    [Fact]
    public void Services_know_each_other_by_messages_only()
    {
        foreach (string project in SourceTree.Projects.Where(
            project => project.StartsWith("services/", StringComparison.Ordinal)))
        {
            Assert.DoesNotContain(
                SourceTree.References(project),
                reference => reference.StartsWith("services/", StringComparison.Ordinal));
        }
    }

    [Fact]
    public void Libraries_know_no_service() => Assert.All(
        SourceTree.Projects.Where(project => project.StartsWith("libs/", StringComparison.Ordinal)),
        project => Assert.DoesNotContain(
            SourceTree.References(project),
            reference => reference.StartsWith("services/", StringComparison.Ordinal)
                || reference.StartsWith("cli/", StringComparison.Ordinal)));

    [Fact]
    public void Contracts_reference_nothing_of_ours() =>
        Assert.Empty(SourceTree.References("contracts/Plumbline.Contracts.csproj"));

    [Fact]
    public void Native_functions_are_declared_in_NativeMethods_alone() => Assert.All(
        SourceTree.ProductCode.Where(file => Declaration().IsMatch(SourceTree.Text(file))),
        file => Assert.Equal("NativeMethods.cs", Path.GetFileName(file)));

    [Fact]
    public void The_bus_is_set_up_in_one_place_for_the_lab_in_one_for_all_workers_and_in_one_for_watchers() =>
        Assert.Equal(
            ["cli/Lab/LabHost.cs", "cli/Pipeline/WatchingBus.cs", "libs/Plumbline.Hosting/WorkerHost.cs"],
            SourceTree.ProductCode.Where(file => BusSetup().IsMatch(SourceTree.Text(file)))
                .Order(StringComparer.Ordinal));

    [Fact]
    public void MassTransit_does_not_tell_its_makers_how_it_is_used() => Assert.All(
        SourceTree.ProductCode.Where(
            file => SourceTree.Text(file).Contains("AddMassTransit(", StringComparison.Ordinal)),
        file => Assert.Contains("DisableUsageTelemetry();", SourceTree.Text(file), StringComparison.Ordinal));

    [Theory]
    [InlineData("services/scheduler/ExperimentConsumer.cs")]
    [InlineData("services/service-scaler/ScaleStepConsumer.cs")]
    [InlineData("libs/Plumbline.Hosting/TrialConsumerDefinition.cs")]
    public void What_must_not_overlap_takes_one_message_at_a_time(string file)
    {
        Assert.Contains("ConcurrentMessageLimit = 1;", SourceTree.Text(file), StringComparison.Ordinal);
        Assert.Contains("PrefetchCount = 1;", SourceTree.Text(file), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("services/node-probe/MeasureTrialConsumer.cs")]
    [InlineData("services/rtt-probe/MeasureTrialConsumer.cs")]
    public void Probes_take_their_trials_in_the_one_way_that_does_not_let_them_overlap(string file) =>
        Assert.Contains(
            ": TrialConsumerDefinition<MeasureTrialConsumer,", SourceTree.Text(file), StringComparison.Ordinal);

    [Fact]
    public void Package_versions_stand_in_one_place() => Assert.All(
        SourceTree.Projects,
        project => Assert.DoesNotContain("Version=", SourceTree.Text(project), StringComparison.Ordinal));

    [Fact]
    public void Every_project_is_in_the_solution()
    {
        string solution = SourceTree.Text("Pipeline.sln").Replace('\\', '/');
        Assert.All(SourceTree.Projects, project => Assert.Contains(project, solution, StringComparison.Ordinal));
    }

    [Fact]
    public void Messages_are_sealed_records_without_a_base() => Assert.All(
        typeof(ExperimentSpec).Assembly.GetExportedTypes().Where(type => type.IsClass && !type.IsAbstract
            && type.Namespace == "Plumbline.Contracts" && !type.IsAssignableTo(typeof(JsonConverter))),
        type => Assert.True(type.IsSealed && type.BaseType == typeof(object), $"{type.Name} is not a sealed record"));

    [Fact]
    public void Numbers_that_are_times_or_rates_have_their_unit_in_the_name() => Assert.All(
        typeof(ExperimentSpec).Assembly.GetExportedTypes()
            .SelectMany(type => type.GetProperties(BindingFlags.Public | BindingFlags.Instance))
            .Where(property => TimeWord().IsMatch(property.Name)
                && (Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType)
                    is { IsPrimitive: true }),
        property => Assert.Matches("(Ns|Ms|Seconds|Pps)$", property.Name));

    [Fact]
    public void Every_name_on_the_wire_is_given()
    {
        Assert.Equal(["one-way", "rtt", "grpc"], WireNames.Of<Measure>());
        Assert.Equal(["none", "first", "p25", "median", "p75", "last", "random"], WireNames.Of<Position>());
        Assert.All(
            Enum.GetValues<TrialFlag>(),
            flag => Assert.True(WireNames.TryParse(flag.WireName(), out TrialFlag same) && same == flag));
        Assert.Throws<FormatException>(() => WireNames.Parse<Measure>("OneWay"));
    }

    [GeneratedRegex(@"\[(LibraryImport|DllImport)\(")]
    private static partial Regex Declaration();

    [GeneratedRegex(@"AddMassTransit\(|Bus\.Factory\.")]
    private static partial Regex BusSetup();

    [GeneratedRegex("Latency|Lateness|Duration|Elapsed|Timeout|Rate|Steal|Programming")]
    private static partial Regex TimeWord();
}
