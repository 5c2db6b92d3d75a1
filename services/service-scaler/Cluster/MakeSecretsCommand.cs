using Plumbline.Cluster;

namespace Plumbline.ServiceScaler.Cluster;

/// <summary>
/// `service-scaler make-secrets NAMESPACE PROBES-NAMESPACE`: creates a pipeline's passwords in the cluster that it runs
/// in, or in the user's kubeconfig's cluster. k8s/overlays/all-in-one runs it as a Job.
/// </summary>
internal static class MakeSecretsCommand
{
    public const string Name = "make-secrets";

    private const int Failed = 1;
    private const int BadInput = 2;

    /// <returns>The program's exit code.</returns>
    public static async Task<int> RunAsync(IReadOnlyList<string> namespaces)
    {
        if (namespaces is not [{ Length: > 0 } pipeline, { Length: > 0 } probes])
        {
            await Console.Error.WriteLineAsync(
                $"service-scaler: {Name} needs two namespaces: the pipeline's, and that of node-probe and rtt-probe");
            return BadInput;
        }

        try
        {
            using ApiServer api = ApiServer.Connect("");
            foreach (string line in await new PipelineSecrets(api).MakeAsync(pipeline, probes, CancellationToken.None))
            {
                Console.WriteLine(line);
            }

            return 0;
        }
        catch (Exception exception) when (exception is ApiException or ClusterRefusedException)
        {
            await Console.Error.WriteLineAsync($"service-scaler: {exception.Message}");
            return Failed;
        }
    }
}
