using System.Text.Json.Nodes;

namespace Plumbline.Tests;

/// <summary>A request that the double refuses, as a real API server does.</summary>
internal sealed class ApiFailure(
    int code, string reason, string message, int? retryAfterSeconds = null, params string[] causes) : Exception(message)
{
    public int Code => code;

    public int? RetryAfterSeconds => retryAfterSeconds;

    public JsonObject Status => new()
    {
        ["kind"] = "Status",
        ["apiVersion"] = "v1",
        ["metadata"] = new JsonObject(),
        ["status"] = "Failure",
        ["message"] = Message,
        ["reason"] = reason,
        ["details"] =
            new JsonObject { ["causes"] = new JsonArray(
                [.. causes.Select(cause => (JsonNode)new JsonObject { ["reason"] = cause })]) },
        ["code"] = code,
    };

    public static ApiFailure NotFound(ResourceKind kind, string name) =>
        new(404, "NotFound", $"{kind.Qualified} \"{name}\" not found");

    public static ApiFailure NotServed() => new(404, "NotFound", "the server could not find the requested resource");

    public static ApiFailure AlreadyExists(ResourceKind kind, string name) =>
        new(409, "AlreadyExists", $"{kind.Qualified} \"{name}\" already exists");

    public static ApiFailure Changed(ResourceKind kind, string name) => new(
        409, "Conflict", $"Operation cannot be fulfilled on {kind.Qualified} \"{name}\": the object has been "
            + "modified; please apply your changes to the latest version and try again");

    public static ApiFailure WrongUid(ResourceKind kind, string name) => new(
        409, "Conflict", $"Operation cannot be fulfilled on {kind.Qualified} \"{name}\": Precondition failed: UID in "
            + "precondition does not match UID in object meta");

    public static ApiFailure Unauthorized() => new(401, "Unauthorized", "Unauthorized");

    public static ApiFailure Forbidden(string message, params string[] causes) =>
        new(403, "Forbidden", message, null, causes);

    public static ApiFailure Invalid(ResourceKind kind, string name, string what) =>
        new(422, "Invalid", $"{kind.Kind} \"{name}\" is invalid: {what}");

    public static ApiFailure Expired() => new(
        410, "Expired", "The provided continue parameter is too old to display a consistent list result. You can "
            + "start a new list without the continue parameter.");

    public static ApiFailure TooMany() =>
        new(
            429,
            "TooManyRequests",
            "the server has received too many requests and has asked us to try again later",
            retryAfterSeconds: 1);
}
