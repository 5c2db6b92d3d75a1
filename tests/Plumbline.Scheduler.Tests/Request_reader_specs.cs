using System.Text;
using System.Text.Json;
using Plumbline.Scheduler.Intake;

namespace Plumbline.Scheduler.Tests;

/// <summary>How the scheduler reads plain JSON from anybody.</summary>
public sealed class Request_reader_specs
{
    private const string Id = "3f0e51a5-6f0e-4f39-9f06-000000000001";

    [Fact]
    public void A_request_keeps_its_id_and_gets_defaults_for_missing_fields()
    {
        ReadExperiment read =
            Assert.IsType<ReadExperiment>(Read($$$"""{"experimentId": "{{{Id}}}", "spec": {"services": [5]}}"""));

        Assert.Equal(Guid.Parse(Id), read.Request.ExperimentId);
        Assert.Equal([5], read.Request.Spec.Services);
        Assert.Equal(new ExperimentSpec().Packets, read.Request.Spec.Packets);
    }

    [Fact]
    public void A_cancel_a_rerun_and_a_status_request_are_read()
    {
        Assert.Equal(new ReadCancel(Guid.Parse(Id)), Read($$$"""{"cancel": {"experimentId": "{{{Id}}}"}}"""));
        Assert.Equal(new ReadStatus("3f0e"), Read("""{"status": {"experimentId": "3f0e"}}"""));
        Assert.Equal(new ReadStatus(""), Read("""{"status": {}}"""));
        RerunRequested rerun = Assert.IsType<ReadRerun>(Read(
            $$$"""{"rerun": {"experimentId": "{{{Id}}}", "step": 2, "stage": "rtt", "rerunId": "{{{Id}}}"}}""")).Rerun;
        Assert.Equal((Guid.Parse(Id), Guid.Parse(Id), 2, RerunStage.RoundTrip),
            (rerun.RerunId, rerun.ExperimentId, rerun.Step, rerun.Stage));
    }

    [Theory]
    [InlineData("""{"cancel": {}}""", "cancel.experimentId")]
    [InlineData("""{"rerun": {}}""", "rerun.experimentId", "rerun.step", "rerun.stage")]
    [InlineData($$$"""{"rerun": {"experimentId": "{{{Id}}}", "step": 1, "stage": "measure"}}""", "rerun.stage")]
    [InlineData($$$"""{"rerun": {"experimentId": "{{{Id}}}", "step": "one", "stage": "rtt"}}""", "rerun.step")]
    [InlineData("""{"cancel": {"experimentId": 7}}""", "cancel.experimentId")]
    [InlineData("""{"status": {}, "cancel": {"experimentId": "3f0e51a5-6f0e-4f39-9f06-000000000001"}}""", "")]
    [InlineData("""{"spec": {"trials": 0, "packets": -1}}""", "trials", "packets")]
    [InlineData("""{"spec": {"trials": 1e400}}""", "trials")]
    [InlineData("""{"spec": null}""", "spec")]
    [InlineData("{}", "spec")]
    [InlineData("null", "spec")]
    [InlineData("""{"experimentId": "00000000-0000-0000-0000-000000000000", "spec": {}}""", "experimentId")]
    [InlineData("""{"spec": {"services": [1, "two"]}}""", "services[1]")]
    [InlineData("""{"start": {}}""", "start")]
    [InlineData("[]", "")]
    [InlineData("{", "")]
    [InlineData("", "")]
    public void Every_wrong_field_of_a_message_is_named(string body, params string[] fields) =>
        Assert.Equal(fields, Errors(Read(body)).Select(error => error.Field));

    [Fact]
    public void Deep_nesting_huge_messages_and_binary_are_refused()
    {
        Assert.NotEmpty(Problem(Encoding.UTF8.GetBytes(new string('[', 10_000))));
        Assert.NotEmpty(Problem(Encoding.UTF8.GetBytes($$"""{"spec": {"services": {{new string('[', 10_000)}}""")));
        Assert.Contains("the most is", Problem(new byte[RequestReader.MostBytes + 1]), StringComparison.Ordinal);
        Assert.NotEmpty(Problem([0xff, 0xfe, 0x00, 0x80]));
        Assert.NotEmpty(
            Problem(JsonSerializer.SerializeToUtf8Bytes(new { spec = new { name = new string('x', 900_000) } })));

        static string Problem(byte[] body) => Assert.Single(Errors(RequestReader.Read(body))).Message;
    }

    private static IReadOnlyList<FieldError> Errors(ReadRequest read) => read switch
    {
        ReadRefusal refusal => refusal.Errors,
        ReadExperiment { Request: var request } => ExperimentSpecValidator.RequestErrors(request),
        _ => [],
    };

    private static ReadRequest Read(string body) => RequestReader.Read(Encoding.UTF8.GetBytes(body));
}
