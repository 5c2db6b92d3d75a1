using System.Collections.Concurrent;
using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using k8s;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;

namespace Plumbline.Tests;

/// <summary>
/// Replaces a Kubernetes API server, over HTTP on loopback. It serves namespaces, Services with addresses,
/// EndpointSlices, pods, quotas, DaemonSets, Leases, ServiceCIDRs, access reviews, and kinds that it only stores (<see
/// cref="ResourceKind"/>). It has versions, conflicts, pages, watches, and deletion of collections and namespaces. It
/// makes faults when asked.
/// </summary>
internal sealed class ApiServerDouble : ITestedApiServer
{
    private static readonly TimeSpan s_slow = TimeSpan.FromMilliseconds(300);

    private readonly ObjectStore _store = new();
    private readonly CancellationTokenSource _end = new();
    private readonly ApiVerbs _verbs;
    private readonly WebApplication _server;
    private readonly Task _controller;
    private readonly SemaphoreSlim _allocating = new(1);
    private int _underWay;
    private int _refused;

    private ApiServerDouble(string cidr)
    {
        Admission admission = new(_store, new ServiceIps(cidr));
        _verbs = new ApiVerbs(_store, admission, Allows, TimeProvider.System);
        Controller = new NamespaceController(_store, admission);
        Seed(cidr);
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        _server = builder.Build();
        _server.Run(AnswerAsync);
        _controller = Controller.RunAsync(_end.Token);
    }

    public KubernetesClientConfiguration Configuration => new() { Host = _server.Urls.First() };

    public NamespaceController Controller { get; }

    /// <summary>Null: no faults.</summary>
    public RandomFaults? Faults { get; set; }

    /// <summary>Requests that it accepts at once. It answers further ones with 429.</summary>
    public int MostAtOnce { get; set; } = int.MaxValue;

    /// <summary>Time that each request takes.</summary>
    public TimeSpan Latency { get; set; }

    /// <summary>Time that each Service's address takes, one after the other.</summary>
    public TimeSpan AllocationTime { get; set; }

    /// <summary>Requests that it has refused with 429.</summary>
    public int Refused => _refused;

    /// <summary>Whether it serves ServiceCIDRs, as Kubernetes does since 1.33.</summary>
    public bool ServesServiceCidrs { get; set; } = true;

    /// <summary>Forbidden requests: verb and resource.</summary>
    public HashSet<(string Verb, string Resource)> Denied { get; } = [];

    /// <summary>Called before each request, except an observer's.</summary>
    public Action<ApiRequest> OnRequest { get; set; } = _ => { };

    /// <summary>Writes so far.</summary>
    public ConcurrentBag<(string Verb, ResourceKind Kind, string? Namespace)> Writes { get; } = [];

    public static async Task<ApiServerDouble> StartAsync(string cidr = "10.96.0.0/16")
    {
        ApiServerDouble server = new(cidr);
        await server._server.StartAsync();
        return server;
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _controller;
        await _server.DisposeAsync();
        _allocating.Dispose();
        _end.Dispose();
    }

    /// <summary>Forgets all versions except the present one, as a real API server does every few minutes.</summary>
    public void Compact() => _store.Compact();

    private void Seed(string cidr)
    {
        foreach (string name in (string[])["default", "kube-system", "kube-public", "kube-node-lease"])
        {
            Make(ResourceKind.Namespaces, "", new JsonObject { ["metadata"] = new JsonObject { ["name"] = name } });
        }

        Make(
            ResourceKind.Services,
            "default",
            JsonNode.Parse(
                """
                {
                  "metadata": {"name": "kubernetes"},
                  "spec": {"ports": [{"name": "https", "port": 443, "targetPort": 6443}]}
                }
                """)!.AsObject());
        Make(ResourceKind.ServiceCidrs, "", new JsonObject
        {
            ["metadata"] = new JsonObject { ["name"] = "kubernetes" },
            ["spec"] = new JsonObject { ["cidrs"] = new JsonArray(cidr) },
            ["status"] = JsonNode.Parse(
                """
                {
                  "conditions": [
                    {
                      "type": "Ready", "status": "True", "lastTransitionTime": "2026-01-01T00:00:00Z",
                      "reason": "", "message": ""
                    }
                  ]
                }
                """),
        });

        void Make(ResourceKind kind, string inNamespace, JsonObject json) =>
            _verbs.Do(new ApiRequest(kind, inNamespace, null, "", "create", QueryCollection.Empty), json);
    }

    private bool Allows(string group, string resource, string? inNamespace, string verb) =>
        !Denied.Contains((verb, resource));

    private async Task AnswerAsync(HttpContext context)
    {
        try
        {
            if (Interlocked.Increment(ref _underWay) > MostAtOnce)
            {
                Interlocked.Increment(ref _refused);
                throw ApiFailure.TooMany();
            }

            await AnswerAsync(context, ApiRequest.Of(context.Request));
        }
        catch (ApiFailure failure)
        {
            if (failure.RetryAfterSeconds is { } seconds)
            {
                context.Response.Headers.RetryAfter = $"{seconds}";
            }

            await WriteAsync(context, failure.Code, JsonSerializer.SerializeToUtf8Bytes(failure.Status));
        }
        catch (OperationCanceledException)
        {
            context.Abort();
        }
        finally
        {
            Interlocked.Decrement(ref _underWay);
        }
    }

    private async Task AnswerAsync(HttpContext context, ApiRequest request)
    {
        bool isSpared = context.Request.Headers.UserAgent.ToString()
            .Contains(ITestedApiServer.ObserverAgent, StringComparison.Ordinal);
        if (!isSpared)
        {
            OnRequest(request);
        }

        if (request.Kind == ResourceKind.ServiceCidrs && !ServesServiceCidrs)
        {
            throw ApiFailure.NotServed();
        }

        if (!isSpared && Denied.Contains((request.Verb, request.Kind.Plural)))
        {
            throw ApiFailure.Forbidden(
                $"{request.Kind.Qualified} is forbidden: User \"scaler\" cannot {request.Verb} resource "
                + $"\"{request.Kind.Plural}\"");
        }

        if (request.IsWatch)
        {
            await Watching.AnswerAsync(
                _store,
                request,
                context.Response,
                CancellationTokenSource.CreateLinkedTokenSource(_end.Token, context.RequestAborted).Token);
            return;
        }

        JsonObject? body = context.Request.ContentLength is null or 0
            && !context.Request.Headers.TransferEncoding.Contains("chunked")
            ? null
            : (await JsonNode.ParseAsync(context.Request.Body, cancellationToken: context.RequestAborted))!.AsObject();
        if (Latency > TimeSpan.Zero)
        {
            await Task.Delay(Latency, context.RequestAborted);
        }

        if (AllocationTime > TimeSpan.Zero && request is { Verb: "create", Kind.Plural: "services" })
        {
            await AllocateAsync(context.RequestAborted);
        }

        Fault fault = isSpared ? Fault.None : Faults?.Next() ?? Fault.None;
        await FailBeforeAsync(context, request, fault);
        (int code, byte[] answer) = _verbs.Do(request, body);
        if (!isSpared && request.Verb is not ("list" or "get") && !request.Kind.IsReview && !request.IsDryRun)
        {
            Writes.Add((request.Verb, request.Kind, request.Namespace));
        }

        FailAfterwards(context, fault);
        await WriteAsync(context, code, answer, isCut: fault == Fault.CutOff);
    }

    /// <summary>A timer is too coarse for a time this short.</summary>
    private async Task AllocateAsync(CancellationToken token)
    {
        await _allocating.WaitAsync(token);
        try
        {
            Thread.Sleep(AllocationTime);
        }
        finally
        {
            _allocating.Release();
        }
    }

    private async Task FailBeforeAsync(HttpContext context, ApiRequest request, Fault fault)
    {
        switch (fault)
        {
            case Fault.TooManyRequests:
                throw ApiFailure.TooMany();
            case Fault.InternalError:
                throw new ApiFailure(500, "InternalError", "Internal error occurred: etcdserver: leader changed");
            case Fault.Unavailable:
                throw new ApiFailure(503, "ServiceUnavailable", "the server is currently unable to handle the request");
            case Fault.Disconnected:
                context.Abort();
                throw new OperationCanceledException();
            case Fault.Slow:
                await Task.Delay(s_slow, context.RequestAborted);
                break;
            case Fault.QuotaConflict when request.Verb == "create":
                throw new ApiFailure(
                    409, "Conflict", "Operation cannot be fulfilled on resourcequotas \"all\": the object has been "
                        + "modified; please apply your changes to the latest version and try again");
            case Fault.Compacted:
                _store.Compact();
                break;
        }
    }

    private static void FailAfterwards(HttpContext context, Fault fault)
    {
        switch (fault)
        {
            case Fault.InternalErrorAfterwards:
                throw new ApiFailure(500, "InternalError", "Internal error occurred: etcdserver: request timed out");
            case Fault.TimeoutAfterwards:
                throw new ApiFailure(504, "Timeout", "Timeout: request did not complete within the allotted timeout");
            case Fault.DisconnectedAfterwards:
                context.Abort();
                throw new OperationCanceledException();
        }
    }

    private static async Task WriteAsync(HttpContext context, int code, byte[] body, bool isCut = false)
    {
        context.Response.StatusCode = code;
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = body.Length;
        await context.Response.Body.WriteAsync(
            isCut ? body.AsMemory(0, body.Length / 2) : body, context.RequestAborted);
        if (isCut)
        {
            await context.Response.Body.FlushAsync(context.RequestAborted);
            context.Abort();
        }
    }
}
