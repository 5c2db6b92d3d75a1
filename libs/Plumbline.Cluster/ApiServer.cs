using System.Net;
using System.Text.Json;
using k8s;
using k8s.Autorest;
using k8s.Exceptions;
using Polly;
using Polly.Retry;
using Polly.Timeout;
using YamlDotNet.Core;

namespace Plumbline.Cluster;

/// <summary>
/// The way to a cluster's API server. A request is made again while that may help, later when the API server says so; what then
/// fails is an <see cref="ApiException"/>. So every request must be one that may be made twice.
/// </summary>
public sealed class ApiServer : IDisposable
{
    private readonly IKubernetes _client;
    private readonly ResiliencePipeline _pipeline;

    /// <summary>Whether it has known our account so far.</summary>
    private volatile bool _isKnown;

    public ApiServer(IKubernetes client, ApiPatience? patience = null, AdaptiveConcurrency? concurrency = null)
    {
        _client = client;
        Patience = patience ?? new ApiPatience();
        Concurrency = concurrency ?? new AdaptiveConcurrency(TimeProvider.System);
        _pipeline = new ResiliencePipelineBuilder()
            .AddRetry(new RetryStrategyOptions
            {
                ShouldHandle = attempt => ValueTask.FromResult(IsTransient(attempt.Outcome.Exception) || IsUnknownNow(attempt.Outcome.Exception)),
                MaxRetryAttempts = Patience.Retries,
                Delay = Patience.FirstDelay,
                MaxDelay = Patience.LongestDelay,
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
                DelayGenerator = attempt => ValueTask.FromResult(StatusOf(attempt.Outcome.Exception)?.RetryAfter),
                OnRetry = attempt =>
                {
                    if (IsPushBack(attempt.Outcome.Exception))
                    {
                        Concurrency.PushBack();
                    }

                    return ValueTask.CompletedTask;
                },
            })
            .AddTimeout(Patience.Attempt)
            .Build();
    }

    public ApiPatience Patience { get; }

    /// <summary>Where it is.</summary>
    public Uri Address => _client.BaseUri;

    /// <summary>For many requests at once.</summary>
    public AdaptiveConcurrency Concurrency { get; }

    /// <param name="kubeConfig">A kubeconfig's path; empty for the pod's own account, or outside a pod for the user's kubeconfig.</param>
    /// <exception cref="ClusterRefusedException">It names no cluster.</exception>
    public static ApiServer Connect(string kubeConfig, ApiPatience? patience = null)
    {
        try
        {
            KubernetesClientConfiguration configuration = kubeConfig.Length > 0
                ? KubernetesClientConfiguration.BuildConfigFromConfigFile(kubeConfig)
                : KubernetesClientConfiguration.BuildDefaultConfig();

            // The pipeline has the timeouts.
            configuration.HttpClientTimeout = Timeout.InfiniteTimeSpan;
            return new ApiServer(new Kubernetes(configuration), patience);
        }
        catch (Exception exception) when (exception is KubeConfigException or KubernetesClientException or YamlException or IOException or FormatException)
        {
            throw new ClusterRefusedException($"{(kubeConfig.Length > 0 ? kubeConfig : "the user's kubeconfig")} names no cluster: {exception.Message}");
        }
    }

    /// <param name="what">In words, to be read after "cannot".</param>
    /// <exception cref="ApiException">It failed for good.</exception>
    public async Task<T> CallAsync<T>(string what, Func<IKubernetes, CancellationToken, Task<T>> call, CancellationToken token)
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

    /// <summary>Asks it something, once.</summary>
    /// <returns>Null where it answers, whatever; else what is wrong.</returns>
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

    private static ApiStatus? StatusOf(Exception? exception) => exception is HttpOperationException refused ? ApiStatus.Of(refused) : null;

    /// <summary>An answer that breaks off in the middle is no JSON.</summary>
    private static bool IsTransient(Exception? exception) =>
        exception is HttpRequestException or IOException or TimeoutRejectedException or JsonException || StatusOf(exception)?.IsTransient == true;

    /// <summary>
    /// An account that was good is so again when its token has been replaced. Where it is not, because our pod has been removed from the API before it was
    /// stopped, it is not for us to call the experiment failed: whoever comes after us goes on.
    /// </summary>
    private bool IsUnknownNow(Exception? exception) => _isKnown && StatusOf(exception)?.Code == HttpStatusCode.Unauthorized;

    private static bool IsPushBack(Exception? exception) => exception is TimeoutRejectedException || StatusOf(exception)?.IsOverload == true;
}
