using Plumbline.Cluster;

namespace Plumbline.Cli.Cluster;

/// <summary>The cluster that a person means: PLUMBLINE_CLUSTER__KUBECONFIG, else kubectl's own.</summary>
internal static class ClusterAccess
{
    private const string Variable = "PLUMBLINE_CLUSTER__KUBECONFIG";

    /// <summary>Who waits at a terminal waits for less than a worker does.</summary>
    private static readonly ApiPatience s_patience = new() { Retries = 3 };

    private static readonly TimeSpan s_firstAnswer = TimeSpan.FromSeconds(10);

    /// <exception cref="UserException">There is none, or it does not answer.</exception>
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
            trouble = $"nothing came within {s_firstAnswer.TotalSeconds:F0} s";
        }

        if (trouble is null)
        {
            return api;
        }

        string address = api.Address.GetLeftPart(UriPartial.Authority);
        api.Dispose();
        throw new UserException(
            ExitCode.CannotRun, $"the API server at {address} does not answer: {trouble}; is that the cluster? {Variable} names another kubeconfig than kubectl's");
    }

    private static ApiServer Connect()
    {
        try
        {
            return ApiServer.Connect(Environment.GetEnvironmentVariable(Variable) ?? "", s_patience);
        }
        catch (ClusterRefusedException exception)
        {
            throw new UserException(ExitCode.CannotRun, $"{exception.Message}; {Variable} names another");
        }
    }
}
