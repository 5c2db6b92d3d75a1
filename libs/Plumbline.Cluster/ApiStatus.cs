using System.Globalization;
using System.Net;
using System.Text.Json;
using k8s.Autorest;

namespace Plumbline.Cluster;

/// <summary>An API server's refusal: what a Status object says, or as much as another answer tells.</summary>
/// <param name="Reason">One word, such as <c>AlreadyExists</c>; empty where none was given.</param>
/// <param name="Message">In words.</param>
/// <param name="Causes">The reasons of the status' causes.</param>
/// <param name="RetryAfter">How long the API server wants to be left alone; null where it did not say.</param>
public sealed record ApiStatus(HttpStatusCode Code, string Reason, string Message, IReadOnlyList<string> Causes, TimeSpan? RetryAfter)
{
    private const string RetryAfterHeader = "Retry-After";

    /// <summary>What quotas' bookkeeping says when two requests meet in it; the request itself is right.</summary>
    private const string QuotaConflict = "resourcequotas";

    /// <summary>An allocator that has no address left says so as an internal error.</summary>
    private const string NoAddressLeft = "range is full";

    public string Text => string.Create(CultureInfo.InvariantCulture, $"{(int)Code} {(Reason.Length > 0 ? Reason : Code)}: {Message}");

    /// <summary>Whether the API server has more to do than it can: it wants fewer requests at once.</summary>
    public bool IsOverload => Code is HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout;

    /// <summary>Whether the same request may do later.</summary>
    public bool IsTransient => IsOverload
        || Code == HttpStatusCode.BadGateway
        || (Code == HttpStatusCode.InternalServerError && !Message.Contains(NoAddressLeft, StringComparison.Ordinal))
        || (Code == HttpStatusCode.Conflict && Reason == "Conflict" && Message.Contains(QuotaConflict, StringComparison.Ordinal));

    public static ApiStatus Of(HttpOperationException exception)
    {
        string content = exception.Response.Content ?? "";
        TimeSpan? retryAfter = exception.Response.Headers.TryGetValue(RetryAfterHeader, out IEnumerable<string>? values)
            && int.TryParse(values.FirstOrDefault(), CultureInfo.InvariantCulture, out int seconds)
                ? TimeSpan.FromSeconds(seconds)
                : null;
        try
        {
            using JsonDocument document = JsonDocument.Parse(content);
            JsonElement status = document.RootElement;
            return new ApiStatus(exception.Response.StatusCode, Word(status, "reason"), Word(status, "message"), ReasonsOfCauses(status), retryAfter);
        }
        catch (Exception notJson) when (notJson is JsonException or InvalidOperationException)
        {
            return new ApiStatus(exception.Response.StatusCode, "", content.Trim(), [], retryAfter);
        }
    }

    private static string Word(JsonElement status, string name) => status.TryGetProperty(name, out JsonElement word) ? word.GetString() ?? "" : "";

    private static string[] ReasonsOfCauses(JsonElement status) =>
        status.TryGetProperty("details", out JsonElement details) && details.TryGetProperty("causes", out JsonElement causes)
            ? [.. causes.EnumerateArray().Select(cause => Word(cause, "reason"))]
            : [];
}
