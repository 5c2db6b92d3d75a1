using k8s;
using k8s.Models;

namespace Plumbline.Tests;

/// <summary>
/// Objects that a cluster has before an experiment: nodes, the cluster's own Service, and the echo worker's pods.
/// </summary>
internal static class ClusterObjects
{
    public const string EchoNamespace = "plumbline";

    /// <summary>The cluster's own Service. Every node has at least this many Service rules.</summary>
    public const string OwnService = "kube-dns";

    public static async Task AddNodeAsync(IKubernetes client, KubeNode node, CancellationToken token)
    {
        V1Node created = await client.CoreV1.CreateNodeAsync(
            new V1Node
            {
                Metadata = new V1ObjectMeta { Name = node.Name },
                Spec = new V1NodeSpec { PodCIDR = node.PodCidr, PodCIDRs = [node.PodCidr] },
            }, cancellationToken: token);
        created.Status = new V1NodeStatus
        {
            Addresses =
                [
                    new V1NodeAddress { Type = "InternalIP", Address = node.Address },
                    new V1NodeAddress { Type = "Hostname", Address = node.Name },
                ],
            Conditions = [new V1NodeCondition { Type = "Ready", Status = "True" }],
        };
        await client.CoreV1.ReplaceNodeStatusAsync(created, node.Name, cancellationToken: token);
    }

    public static async Task AddOwnServiceAsync(IKubernetes client, string endpoint, CancellationToken token)
    {
        await client.CoreV1.CreateNamespacedServiceAsync(
            new V1Service
            {
                Metadata = new V1ObjectMeta { Name = OwnService },
                Spec = new V1ServiceSpec { Ports = [new V1ServicePort { Name = "dns-tcp", Port = 53 }] },
            },
            "kube-system",
            cancellationToken: token);
        await client.DiscoveryV1.CreateNamespacedEndpointSliceAsync(
            new V1EndpointSlice
            {
                Metadata = new V1ObjectMeta
                {
                    Name = OwnService,
                    Labels = new Dictionary<string, string> { ["kubernetes.io/service-name"] = OwnService },
                },
                AddressType = "IPv4",
                Endpoints =
                    [new V1Endpoint { Addresses = [endpoint], Conditions = new V1EndpointConditions { Ready = true } }],
                Ports = [new Discoveryv1EndpointPort { Name = "dns-tcp", Port = 53, Protocol = "TCP" }],
            },
            "kube-system",
            cancellationToken: token);
    }

    /// <summary>A ready pod of the echo worker, as the scheduler and a kubelet would write it.</summary>
    public static async Task AddEchoPodAsync(
        IKubernetes client, string name, string address, string node, CancellationToken token)
    {
        V1Pod pod = await client.CoreV1.CreateNamespacedPodAsync(
            new V1Pod
            {
                Metadata = new V1ObjectMeta
                {
                    Name = name,
                    Labels = new Dictionary<string, string> { ["app.kubernetes.io/name"] = "echo-worker" },
                },
                Spec = new V1PodSpec
                {
                    NodeName = node,
                    Containers = [new V1Container { Name = "echo-worker", Image = "plumbline/echo-worker" }],
                },
            },
            EchoNamespace,
            cancellationToken: token);
        pod.Status = new V1PodStatus
        {
            Phase = "Running",
            PodIP = address,
            PodIPs = [new V1PodIP { Ip = address }],
            Conditions = [new V1PodCondition { Type = "Ready", Status = "True" }],
        };
        await client.CoreV1.ReplaceNamespacedPodStatusAsync(pod, name, EchoNamespace, cancellationToken: token);
    }
}
