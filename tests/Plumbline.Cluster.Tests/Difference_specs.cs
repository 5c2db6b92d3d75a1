using k8s.Models;

namespace Plumbline.Cluster.Tests;

/// <summary>The changes that turn the existing objects into the desired ones.</summary>
public sealed class Difference_specs
{
    private static readonly ServiceObjects s_objects = new(
        Guid.NewGuid(), [new EchoEndpoint("10.244.0.11", "echo-0", "node-1")], 7001);

    [Fact]
    public void Nothing_changes_when_everything_is_as_desired()
    {
        ServiceDifference difference = Between(300, 300);

        Assert.True(difference.IsEmpty);
        Assert.Equal(300, difference.InPlace);
    }

    [Fact]
    public void Only_missing_objects_are_created()
    {
        ServiceDifference difference = Between(100, 103);

        Assert.Equal(
            ["target-00100", "target-00101", "target-00102"], difference.NewServices.Select(each => each.Name));
        Assert.Equal(difference.NewServices, difference.NewSlices);
        Assert.True(difference.Services.IsEmpty && difference.Slices.IsEmpty);
    }

    [Fact]
    public void One_request_removes_a_whole_block_and_the_rest_of_a_block_goes_by_name()
    {
        ServiceDifference difference = Between(10_000, 150);

        Assert.Equal(Enumerable.Range(2, 98).Select(block => $"{block}"), difference.Services.Blocks);
        Assert.Equal(Enumerable.Range(150, 50).Select(index => $"target-{index:D5}"), difference.Services.Names);
        Assert.Equal(difference.Services.Names, difference.Slices.Names);
        Assert.Equal(150, difference.InPlace);
    }

    [Fact]
    public void A_missing_half_of_Service_and_EndpointSlice_is_created()
    {
        IReadOnlyList<DesiredService> desired = Desired(3);

        ServiceDifference difference = ServiceDifference.Between(
            [Service(desired[0]), Service(desired[1])], [Slice(desired[0]), Slice(desired[2])], desired, s_objects);

        Assert.Equal(["target-00002"], difference.NewServices.Select(each => each.Name));
        Assert.Equal(["target-00001"], difference.NewSlices.Select(each => each.Name));
    }

    [Fact]
    public void An_object_that_differs_is_removed_first_and_created_by_the_next_difference()
    {
        IReadOnlyList<DesiredService> desired = Desired(4);
        V1Service[] services = [.. desired.Select(Service)];
        services[0].Spec.Ports[0].TargetPort = 9;
        services[1].Metadata.Labels[ClusterNames.BlockLabel] = "77";
        V1EndpointSlice[] slices = [.. desired.Select(Slice)];
        slices[2].Endpoints[0].Addresses = ["10.244.0.99"];
        slices[3].Endpoints[0].Conditions.Ready = false;

        ServiceDifference difference = ServiceDifference.Between(services, slices, desired, s_objects);

        Assert.Equal(["target-00000"], difference.Services.Names);
        Assert.Equal(["77"], difference.Services.Blocks);
        Assert.Equal(["target-00002", "target-00003"], difference.Slices.Names);
        Assert.Empty(difference.NewServices);
        Assert.Empty(difference.NewSlices);
    }

    [Fact]
    public void Fields_that_the_API_server_fills_in_do_not_matter()
    {
        V1Service filled = Service(Desired(1)[0]);
        filled.Spec.SessionAffinity = "None";
        filled.Spec.InternalTrafficPolicy = "Cluster";
        filled.Status = new V1ServiceStatus();

        Assert.True(s_objects.Is(filled, Desired(1)[0]));
    }

    private static ServiceDifference Between(int there, int desired) => ServiceDifference.Between(
        [.. Desired(there).Select(Service)], [.. Desired(there).Select(Slice)], Desired(desired), s_objects);

    private static IReadOnlyList<DesiredService> Desired(int services) =>
        DesiredServices.Build(ScalerLife.Step(Guid.Empty, 1, services));

    private static V1Service Service(DesiredService desired)
    {
        V1Service service = s_objects.Service(desired);
        service.Spec.ClusterIP = "10.96.0.7";
        return service;
    }

    private static V1EndpointSlice Slice(DesiredService desired) => s_objects.Slice(desired);
}
