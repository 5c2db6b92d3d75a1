using System.Net;
using System.Text.Json;
using Polly;
using Polly.Retry;
using Polly.Timeout;
using YamlDotNet.Core;
using k8s;
using k8s.Autorest;
using k8s.Exceptions;

namespace Plumbline.Cluster;

/// <summary>
/// A connection to a cluster's API server. It retries a request while a retry may help, and waits as long as the API
/// server asks for. A request that still fails is an <see cref="ApiException"/>. So every request must be safe to send
/// twice.
/// </summary>
public sealed class ApiServer : IDisposable
{
    private readonly IKubernetes _client;
    private readonly ResiliencePipeline _pipeline;

    /// <summary>Whether the API server has accepted our account before.</summary>
    private volatile bool _isKnown;

    public ApiServer(IKubernetes client, ApiPatience? patience = null)
    {
        _client = client;
        Patience = patience ?? new ApiPatience();
        _pipeline = new ResiliencePipelineBuilder()
            .AddRetry(new RetryStrategyOptions
            {
                ShouldHandle = attempt => ValueTask.FromResult(
                    IsTransient(attempt.Outcome.Exception) || IsUnknownNow(attempt.Outcome.Exception)),
                MaxRetryAttempts = Patience.Retries,
                Delay = Patience.FirstDelay,
                MaxDelay = Patience.LongestDelay,
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
                DelayGenerator = attempt => ValueTask.FromResult(StatusOf(attempt.Outcome.Exception)?.RetryAfter),
            })
            .AddTimeout(Patience.Attempt)
            .Build();
    }

    public ApiPatience Patience { get; }

    /// <summary>The API server's address.</summary>
    public Uri Address => _client.BaseUri;

    /// <param name="kubeConfig">
    /// Path of a kubeconfig. Empty: the pod's own account, or outside a pod the user's kubeconfig.
    /// </param>
    /// <exception cref="ClusterRefusedException">The kubeconfig names no cluster.</exception>
    public static ApiServer Connect(string kubeConfig, ApiPatience? patience = null)
    {
        try
        {
            KubernetesClientConfiguration configuration = kubeConfig.Length > 0
                ? KubernetesClientConfiguration.BuildConfigFromConfigFile(kubeConfig)
                : KubernetesClientConfiguration.BuildDefaultConfig();

            // The retry pipeline sets the timeouts.
            configuration.HttpClientTimeout = Timeout.InfiniteTimeSpan;
            return new ApiServer(new Kubernetes(configuration), patience);
        }
        catch (Exception exception)
            when (exception is KubeConfigException or KubernetesClientException or YamlException
                or IOException or FormatException)
        {
            string file = kubeConfig.Length > 0 ? kubeConfig : "the user's kubeconfig";
            throw new ClusterRefusedException($"{file} names no cluster: {exception.Message}");
        }
    }

    /// <param name="what">What the request does, in words; read after "cannot".</param>
    /// <param name="call">Sends it. May be called again.</param>
    /// <param name="token">Ends the attempts.</param>
    /// <exception cref="ApiException">The last attempt failed.</exception>
    public async Task<T> CallAsync<T>(
        string what, Func<IKubernetes, CancellationToken, Task<T>> call, CancellationToken token)
    {
        try
        {
            T answer = await _pipeline.ExecuteAsync(async attempt => await call(_client, attempt), token);
            _isKnown = true;
            return answer;
        }
        catch (HttpOperationException exception)
        {
            throw new ApiException(what, ApiStatus.Of(exception), exception);
        }
        catch (Exception exception) when (IsTransient(exception) && !token.IsCancellationRequested)
        {
            throw new ApiException(what, null, exception);
        }
    }

    /// <summary>Asks the API server for its version, once.</summary>
    /// <returns>Null when it answers anything; else the problem.</returns>
    public async Task<string?> FindTroubleAsync(CancellationToken token)
    {
        try
        {
            await _client.Version.GetCodeAsync(token);
            return null;
        }
        catch (HttpOperationException)
        {
            return null;
        }
        catch (Exception exception) when (IsTransient(exception))
        {
            return exception.GetBaseException().Message;
        }
    }

    public void Dispose() => _client.Dispose();

    private static ApiStatus? StatusOf(Exception? exception) =>
        exception is HttpOperationException refused ? ApiStatus.Of(refused) : null;

    /// <summary>JsonException: an answer that breaks off in the middle is not valid JSON.</summary>
    private static bool IsTransient(Exception? exception) =>
        exception is HttpRequestException or IOException or TimeoutRejectedException or JsonException
        || StatusOf(exception)?.IsTransient == true;

    /// <summary>
    /// An account that the API server knew before becomes valid again when its token is replaced. It stays invalid when
    /// our pod was removed from the API before the pod stopped. Then we must not fail the experiment: our successor
    /// continues it.
    /// </summary>
    private bool IsUnknownNow(Exception? exception) =>
        _isKnown && StatusOf(exception)?.Code == HttpStatusCode.Unauthorized;
}
