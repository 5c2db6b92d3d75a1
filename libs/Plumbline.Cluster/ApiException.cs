using System.Net;

namespace Plumbline.Cluster;

/// <summary>A request to the API server failed, after every retry that made sense.</summary>
/// <param name="what">What could not be done, and on what object; read after "cannot".</param>
/// <param name="status">The API server's answer; null when it did not answer.</param>
/// <param name="inner">The client's exception.</param>
public sealed class ApiException(string what, ApiStatus? status, Exception inner)
    : Exception(
        $"cannot {what}: {(status is null ? $"the API server does not answer: {inner.Message}" : status.Text)}", inner)
{
    public ApiStatus? Status { get; } = status;

    public bool IsNotFound => Status?.Code == HttpStatusCode.NotFound;

    public bool IsAlreadyThere => Status is { Code: HttpStatusCode.Conflict, Reason: "AlreadyExists" };

    /// <summary>Another has changed the object since it was read.</summary>
    public bool IsConflict => Status is { Code: HttpStatusCode.Conflict, Reason: "Conflict" };

    /// <summary>The API server no longer has the state that the list's first pages came from.</summary>
    public bool IsExpired => Status?.Code == HttpStatusCode.Gone;

    /// <summary>This API server does not serve the object, or does not let us see it.</summary>
    public bool IsNotToBeHad => Status?.Code is HttpStatusCode.NotFound or HttpStatusCode.Forbidden;

    public bool IsNamespaceTerminating => Status?.Causes.Contains("NamespaceTerminating") == true;
}
