using System.Text.Json;
using Npgsql;
using Plumbline.Contracts;
using Plumbline.Store;

namespace Plumbline.Deploy.Tests;

/// <summary>Every query of every dashboard on a real server, with rows that the aggregator writes.</summary>
public sealed class Dashboard_specs(RecordedExperiments recorded) : IClassFixture<RecordedExperiments>
{

    [Theory]
    [MemberData(nameof(Dashboard.Files), MemberType = typeof(Dashboard))]
    public void Every_panel_shows_something(string file)
    {
        Dashboard dashboard = Load(file);
        IReadOnlyDictionary<string, string> values = Values(dashboard);
        Assert.NotEmpty(dashboard.Queries);
        Assert.All(
            dashboard.Queries, query => Assert.True(Run(query.Sql, values).Rows.Count > 0, $"{query.Title}: no rows"));
    }

    [Theory]
    [MemberData(nameof(Dashboard.Files), MemberType = typeof(Dashboard))]
    public void Every_panel_can_be_empty(string file)
    {
        Dashboard dashboard = Load(file);
        Dictionary<string, string> values = dashboard.Variables.ToDictionary(
            each => each.Name, each => each.Name == "services" ? "0" : "nobody's");
        foreach (PanelQuery query in dashboard.Queries.Where(query => query.Title != "Experiments"))
        {
            Assert.True(Run(query.Sql, values).Rows.Count == 0, $"{query.Title}: rows of another experiment");
        }
    }

    [Theory]
    [MemberData(nameof(Dashboard.Files), MemberType = typeof(Dashboard))]
    public void Columns_that_a_panel_names_are_in_its_query(string file)
    {
        Dashboard dashboard = Load(file);
        IReadOnlyDictionary<string, string> values = Values(dashboard);
        Assert.All(
            dashboard.Queries,
            query =>
                Assert.Subset(
                    Run(query.Sql, values).Columns.Select(each => each.Name).ToHashSet(),
                    query.NamedColumns.ToHashSet()));
    }

    [Theory]
    [MemberData(nameof(Dashboard.Files), MemberType = typeof(Dashboard))]
    public void Series_have_a_time_a_name_and_a_number_ordered_by_time(string file)
    {
        Dashboard dashboard = Load(file);
        IReadOnlyDictionary<string, string> values = Values(dashboard);
        foreach (PanelQuery query in dashboard.Queries.Where(query => query.Format == "time_series"))
        {
            (IReadOnlyList<(string Name, Type Type)> columns, IReadOnlyList<object?[]> rows) = Run(query.Sql, values);
            Assert.Equal([("time", typeof(DateTime)), ("metric", typeof(string)), ("value", typeof(double))], columns);
            Assert.Equal(rows.Select(row => row[0]).Order(), rows.Select(row => row[0]));
        }
    }

    /// <summary>Grafana draws nothing when x decreases.</summary>
    [Fact]
    public void A_trend_rises_in_the_number_of_Services_at_every_position()
    {
        Dashboard dashboard = Load("latency.json");
        foreach (string position in new[] { "first", "last", "random" })
        {
            Dictionary<string, string> values = new(Values(dashboard)) { ["position"] = position };
            foreach (PanelQuery query in dashboard.Queries.Where(query => query.Kind == "trend"))
            {
                Assert.Equal([100L, 1_000L, 10_000L], Run(query.Sql, values).Rows.Select(row => row[0]));
            }
        }
    }

    [Fact]
    public void A_trend_shows_the_means_over_builds()
    {
        Dashboard dashboard = Load("latency.json");
        Dictionary<string, string> values = new(Values(dashboard)) { ["position"] = "last", ["stage"] = "prerouting" };
        PanelQuery trend = dashboard.Queries.First(query => query.Kind == "trend");
        object?[] most = Run(trend.Sql, values).Rows[^1];
        Assert.Equal(Mean("iptables-legacy"), (double)most[1]!, 1e-6);
        Assert.Equal(Mean("iptables-nft"), (double)most[2]!, 1e-6);
        Assert.Equal(Mean("nftables"), (double)most[3]!, 1e-6);

        double Mean(string dataPlane) => Math.Exp(Run(
            "SELECT p50_ns FROM accepted_latency WHERE services = 10000 AND position = 'last' AND stage = 'prerouting' "
                + $"AND experiment_id = '{recorded.ExperimentId}' AND data_plane = '{dataPlane}'",
            values).Rows.Average(row => Math.Log((double)row[0]!)));
    }

    [Fact]
    public void Every_latency_panel_shows_one_node_of_a_cluster()
    {
        Dashboard dashboard = Load("latency.json");
        Dictionary<string, string> values = new()
        {
            ["experiment"] = $"{recorded.ClusterId}",
            ["stage"] = "prerouting",
            ["position"] = "last",
            ["data_plane"] = "iptables-nft",
            ["cell_position"] = "last",
            ["services"] = "100",
        };
        Assert.Equal(
            ["worker-1", "worker-2"],
            Run(dashboard.Variables.Single(each => each.Name == "node").Sql, values).Rows.Select(
                row => (string)row[0]!));

        PanelQuery trend = dashboard.Queries.First(query => query.Kind == "trend");
        for (int index = 0; index < 2; index++)
        {
            values["node"] = $"worker-{index + 1}";
            double planted = ClusterExperiment.Prerouting(index, 10_000, Position.Last);
            Assert.InRange((double)Run(trend.Sql, values).Rows[^1][2]!, planted, 1.05 * planted);
            Assert.All(
                dashboard.Queries, query => Assert.Contains("${node:sqlstring}", query.Sql, StringComparison.Ordinal));
        }

        values["node"] = "worker-3";
        Assert.All(dashboard.Queries, query => Assert.Empty(Run(query.Sql, values).Rows));
    }

    [Fact]
    public void Each_node_of_a_cluster_is_shown_as_a_machine()
    {
        PanelQuery machine = Load("run-health.json").Queries.Single(query => query.Title == "Machine");
        Dictionary<string, string> values = new() { ["experiment"] = $"{recorded.ClusterId}" };
        Assert.Equal(["worker-1", "worker-2"], Run(machine.Sql, values).Rows.Select(row => (string)row[0]!));
    }

    [Fact]
    public void Of_repeated_attempts_one_is_counted()
    {
        Dashboard dashboard = Load("run-health.json");
        IReadOnlyDictionary<string, string> values = Values(dashboard);
        (IReadOnlyList<(string Name, Type Type)> columns, IReadOnlyList<object?[]> rows) = Run(
            Query("Experiments"), values);
        object?[] row = rows.Single(
            each =>
                (string)each[columns.ToList().FindIndex(column => column.Name == "Id")]! == $"{recorded.ExperimentId}");
        Assert.Equal(260m, row[columns.ToList().FindIndex(column => column.Name == "Accepted")]);

        // Five of the experiment and three of the rerun were flagged; accepted ones of the rerun replace six.
        Assert.Equal(5 + 3 + 6, Run(Query("Attempts that no figure includes"), values).Rows.Count);

        string Query(string title) => dashboard.Queries.Single(query => query.Title == title).Sql;
    }

    [Fact]
    public void The_shares_of_a_distribution_add_up_to_one()
    {
        Dashboard dashboard = Load("latency.json");
        IReadOnlyList<object?[]> rows = Run(
            dashboard.Queries.Single(query => query.Title.StartsWith("Share of packets", StringComparison.Ordinal)).Sql,
            Values(dashboard)).Rows;
        Assert.All(rows.GroupBy(row => row[1]), size => Assert.Equal(1, size.Sum(row => (double)row[2]!), 1e-9));
        Assert.Equal(["100", "1000", "10000"], rows.Select(row => (string)row[1]!).Distinct());
    }

    [Fact]
    public void Values_of_variables_are_quoted()
    {
        Dictionary<string, string> values = new() { ["experiment"] = "'; DROP TABLE trial; --" };
        Assert.Equal("'; DROP TABLE trial; --", Run("SELECT ${experiment:sqlstring}", values).Rows[0][0]);
        Assert.All(
            Dashboard.Files,
            file =>
                Assert.All(
                    Load(file.Data).Queries,
                    query => Assert.DoesNotMatch(@"\$\{?[a-z_]+(?!:sqlstring)[^a-z_:]", query.Sql)));
    }

    [Theory]
    [MemberData(nameof(Dashboard.Files), MemberType = typeof(Dashboard))]
    public void Every_panel_uses_the_provisioned_data_source(string file)
    {
        string provisioned = File.ReadAllText(
            Repository.File("deploy/grafana/provisioning/datasources/plumbline.yaml"));
        Assert.Contains(
            "    uid: plumbline\n    type: grafana-postgresql-datasource\n", provisioned, StringComparison.Ordinal);
        Assert.Equal(["plumbline"], Load(file).DataSources);
    }

    [Theory]
    [MemberData(nameof(Dashboard.Files), MemberType = typeof(Dashboard))]
    public void Panels_have_different_ids_and_do_not_overlap(string file)
    {
        JsonElement[] panels = [.. Load(file).Panels];
        Assert.Equal(panels.Length, panels.Select(panel => panel.GetProperty("id").GetInt32()).Distinct().Count());
        var taken = panels.Where(panel => !panel.TryGetProperty("repeat", out _))
            .Select(panel => panel.GetProperty("gridPos")).SelectMany(at =>
            from x in Enumerable.Range(at.GetProperty("x").GetInt32(), at.GetProperty("w").GetInt32())
            from y in Enumerable.Range(at.GetProperty("y").GetInt32(), at.GetProperty("h").GetInt32())
            select (x, y)).ToList();
        Assert.Equal(taken.Count, taken.Distinct().Count());
        Assert.All(taken, each => Assert.InRange(each.x, 0, 23));
    }

    private static Dashboard Load(string file) => new(Repository.File($"deploy/grafana/dashboards/{file}"));

    /// <summary>Grafana's choice: the default if the query finds it, else the first value.</summary>
    private Dictionary<string, string> Values(Dashboard dashboard)
    {
        Dictionary<string, string> values = [];
        foreach (DashboardVariable variable in dashboard.Variables)
        {
            (IReadOnlyList<(string Name, Type Type)> columns, IReadOnlyList<object?[]> rows) = Run(
                variable.Sql, values);
            int column = columns.Select(each => each.Name).ToList() is var names && names.Contains("__value")
                ? names.IndexOf("__value")
                : 0;
            string[] found = [.. rows.Select(row => $"{row[column]}")];
            Assert.NotEmpty(found);
            values[variable.Name] = variable.Name == "experiment" ? found.Single(
                value => value == $"{recorded.ExperimentId}")
                : variable.Default is { } usual && found.Contains(usual) ? usual : found[0];
        }

        return values;
    }

    private (IReadOnlyList<(string Name, Type Type)> Columns, IReadOnlyList<object?[]> Rows) Run(
        string sql, IReadOnlyDictionary<string, string> values)
    {
        using NpgsqlConnection connection = recorded.Connect();
        using (NpgsqlCommand readOnly = new("SET default_transaction_read_only = on", connection))
        {
            readOnly.ExecuteNonQuery();
        }

        using NpgsqlCommand command = new(Dashboard.Interpolate(sql, values), connection);
        using NpgsqlDataReader reader = command.ExecuteReader();
        List<object?[]> rows = [];
        while (reader.Read())
        {
            object[] row = new object[reader.FieldCount];
            reader.GetValues(row);
            rows.Add([.. row.Select(each => each is DBNull ? null : each)]);
        }

        return ([.. Enumerable.Range(0, reader.FieldCount).Select(
            i => (reader.GetName(i), reader.GetFieldType(i)))], rows);
    }
}
