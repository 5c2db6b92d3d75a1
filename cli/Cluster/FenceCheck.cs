using k8s;
using k8s.Models;
using Plumbline.Cluster;
using Plumbline.NodeProbe;

namespace Plumbline.Cli.Cluster;

/// <summary>Checks the policy that limits the service scaler's account to the experiments' namespaces.</summary>
internal sealed class FenceCheck(ApiServer api) : IClusterCheck
{
    /// <summary>Name of the policy and of its binding, in k8s/base/service-scaler-fence.yaml.</summary>
    private const string Name = "plumbline-service-scaler";

    public string What => "fence";

    public async Task<IReadOnlyList<Finding>> CheckAsync(CancellationToken token)
    {
        if ((await WorkersCheck.PodsOfAsync(api, "service-scaler", token)).Count == 0)
        {
            return [];
        }

        return
        [
            await IsInForceAsync(token)
                ? new Finding(
                    What, FindingLevel.Good, "the service scaler's account is limited to the experiments' namespaces")
                : new Finding(
                    What,
                    FindingLevel.Limited,
                    $"ValidatingAdmissionPolicy {Name} is missing or denies nothing, so the service scaler's account "
                    + "can delete any namespace",
                    "kubectl apply -k k8s"),
        ];
    }

    private async Task<bool> IsInForceAsync(CancellationToken token)
    {
        try
        {
            await api.CallAsync(
                $"read ValidatingAdmissionPolicy {Name}",
                (client, attempt) => client.AdmissionregistrationV1.ReadValidatingAdmissionPolicyAsync(
                    Name, cancellationToken: attempt),
                token);
            V1ValidatingAdmissionPolicyBinding binding = await api.CallAsync(
                $"read ValidatingAdmissionPolicyBinding {Name}",
                (client, attempt) => client.AdmissionregistrationV1.ReadValidatingAdmissionPolicyBindingAsync(
                    Name, cancellationToken: attempt),
                token);
            return binding.Spec.PolicyName == Name && binding.Spec.ValidationActions.Contains("Deny");
        }
        catch (ApiException exception) when (exception.IsNotFound)
        {
            return false;
        }
    }
}
