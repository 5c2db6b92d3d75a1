using System.Globalization;
using System.Net;
using System.Text.Json;
using k8s.Autorest;

namespace Plumbline.Cluster;

/// <summary>An API server's refusal, read from a Status object or from any other answer.</summary>
/// <param name="Code">HTTP's.</param>
/// <param name="Reason">One word, such as <c>AlreadyExists</c>; empty when the answer gives none.</param>
/// <param name="Message">A sentence.</param>
/// <param name="Causes">The reasons of the status' causes.</param>
/// <param name="RetryAfter">How long to wait before the next attempt; null when the answer does not say.</param>
public sealed record ApiStatus(
    HttpStatusCode Code, string Reason, string Message, IReadOnlyList<string> Causes, TimeSpan? RetryAfter)
{
    private const string RetryAfterHeader = "Retry-After";

    /// <summary>
    /// The API server's message when two requests update one quota at once. The request itself is fine.
    /// </summary>
    private const string QuotaConflict = "resourcequotas";

    /// <summary>The API server reports as an internal error that no address is left.</summary>
    private const string NoAddressLeft = "range is full";

    public string Text =>
        string.Create(CultureInfo.InvariantCulture, $"{(int)Code} {(Reason.Length > 0 ? Reason : Code)}: {Message}");

    /// <summary>Whether the same request may succeed later.</summary>
    public bool IsTransient =>
        Code is HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable
            or HttpStatusCode.GatewayTimeout or HttpStatusCode.BadGateway
        || (Code == HttpStatusCode.InternalServerError && !Message.Contains(NoAddressLeft, StringComparison.Ordinal))
        || (Code == HttpStatusCode.Conflict && Reason == "Conflict"
            && Message.Contains(QuotaConflict, StringComparison.Ordinal));

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
            return new ApiStatus(
                exception.Response.StatusCode,
                Word(status, "reason"),
                Word(status, "message"),
                ReasonsOfCauses(status),
                retryAfter);
        }
        catch (Exception notJson) when (notJson is JsonException or InvalidOperationException)
        {
            return new ApiStatus(exception.Response.StatusCode, "", content.Trim(), [], retryAfter);
        }
    }

    private static string Word(JsonElement status, string name) =>
        status.TryGetProperty(name, out JsonElement word) ? word.GetString() ?? "" : "";

    private static string[] ReasonsOfCauses(JsonElement status) =>
        status.TryGetProperty("details", out JsonElement details)
            && details.TryGetProperty("causes", out JsonElement causes)
            ? [.. causes.EnumerateArray().Select(cause => Word(cause, "reason"))]
            : [];
}
