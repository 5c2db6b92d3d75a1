using System.Net;

namespace Plumbline.Cluster;

/// <summary>The API server, or the way to it, refused a request, after as many attempts as made sense.</summary>
/// <param name="what">What could not be done, and on what.</param>
/// <param name="status">What the API server said; null where nothing was heard of it.</param>
/// <param name="inner">As the client had it.</param>
public sealed class ApiException(string what, ApiStatus? status, Exception inner)
    : Exception($"cannot {what}: {(status is null ? $"the API server does not answer: {inner.Message}" : status.Text)}", inner)
{
    public ApiStatus? Status { get; } = status;

    public bool IsNotFound => Status?.Code == HttpStatusCode.NotFound;

    public bool IsAlreadyThere => Status is { Code: HttpStatusCode.Conflict, Reason: "AlreadyExists" };

    /// <summary>The object was changed by another since it was read.</summary>
    public bool IsConflict => Status is { Code: HttpStatusCode.Conflict, Reason: "Conflict" };

    /// <summary>A list's next page is too old to be had.</summary>
    public bool IsExpired => Status?.Code == HttpStatusCode.Gone;

    /// <summary>The request is about something that this API server does not serve, or forbids.</summary>
    public bool IsNotToBeHad => Status?.Code is HttpStatusCode.NotFound or HttpStatusCode.Forbidden;

    public bool IsNamespaceTerminating => Status?.Causes.Contains("NamespaceTerminating") == true;
}
