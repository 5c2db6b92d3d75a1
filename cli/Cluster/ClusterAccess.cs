using Plumbline.Cluster;

namespace Plumbline.Cli.Cluster;

/// <summary>Connects to the cluster of PLUMBLINE_CLUSTER__KUBECONFIG, or of kubectl's kubeconfig.</summary>
internal static class ClusterAccess
{
    private const string Variable = "PLUMBLINE_CLUSTER__KUBECONFIG";

    /// <summary>Fewer retries than a worker makes, because a person waits.</summary>
    private static readonly ApiPatience s_patience = new() { Retries = 3 };

    private static readonly TimeSpan s_firstAnswer = TimeSpan.FromSeconds(10);

    /// <exception cref="UserException">There is no cluster, or it does not answer.</exception>
    public static async Task<ApiServer> ConnectAsync(CancellationToken token)
    {
        ApiServer api = Connect();
        using CancellationTokenSource patience = CancellationTokenSource.CreateLinkedTokenSource(token);
        patience.CancelAfter(s_firstAnswer);
        string? trouble;
        try
        {
            trouble = await api.FindTroubleAsync(patience.Token);
        }
        catch (OperationCanceledException) when (!token.IsCancellationRequested)
        {
            trouble = $"no answer within {s_firstAnswer.TotalSeconds:F0} s";
        }

        if (trouble is null)
        {
            return api;
        }

        string address = api.Address.GetLeftPart(UriPartial.Authority);
        api.Dispose();
        throw new UserException(
            ExitCode.CannotRun,
            $"the API server at {address} does not answer: {trouble}; to use another cluster, set {Variable} to its "
            + "kubeconfig");
    }

    private static ApiServer Connect()
    {
        try
        {
            return ApiServer.Connect(Environment.GetEnvironmentVariable(Variable) ?? "", s_patience);
        }
        catch (ClusterRefusedException exception)
        {
            throw new UserException(ExitCode.CannotRun, $"{exception.Message}; set {Variable} to another kubeconfig");
        }
    }
}
