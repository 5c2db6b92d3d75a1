using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace Plumbline.Tests;

/// <summary>Answers a watch: every change after a version, with bookmarks if asked, until its time is over.</summary>
internal static class Watching
{
    /// <summary>A real API server sends one a minute.</summary>
    private static readonly TimeSpan s_bookmarks = TimeSpan.FromMilliseconds(200);

    public static async Task AnswerAsync(
        ObjectStore store, ApiRequest request, HttpResponse response, CancellationToken token)
    {
        using CancellationTokenSource end = CancellationTokenSource.CreateLinkedTokenSource(token);
        if (int.TryParse(request.Query["timeoutSeconds"], CultureInfo.InvariantCulture, out int seconds))
        {
            end.CancelAfter(TimeSpan.FromSeconds(seconds));
        }

        response.ContentType = "application/json";
        await response.StartAsync(token);
        long version = long.TryParse(request.Query["resourceVersion"], CultureInfo.InvariantCulture, out long from)
            && from > 0
            ? from
            : store.Version;
        Func<StoredObject, bool> isSelected = LabelSelector.Parse(request.Query["labelSelector"]);
        while (!end.IsCancellationRequested)
        {
            if (store.EventsAfter(version) is not ({ } events, { } changed))
            {
                await WriteAsync(
                    response,
                    "ERROR",
                    new ApiFailure(410, "Expired", $"too old resource version: {version}").Status,
                    token);
                return;
            }

            foreach (StoreEvent each in events)
            {
                version = each.Version;
                if (each.Kind == request.Kind
                    && (request.Namespace is null || each.Object.Namespace == request.Namespace)
                    && isSelected(each.Object))
                {
                    await WriteAsync(response, each.Type, each.Object.Copy(), token);
                }
            }

            Task pause = Task.Delay(s_bookmarks, end.Token);
            if (await Task.WhenAny(changed, pause) == pause && request.Query["allowWatchBookmarks"] == "true")
            {
                await WriteAsync(response, "BOOKMARK", Bookmark(request.Kind, version), token);
            }
        }
    }

    private static JsonObject Bookmark(ResourceKind kind, long version) => new()
    {
        ["kind"] = kind.Kind,
        ["apiVersion"] = kind.ApiVersion,
        ["metadata"] = new JsonObject { ["resourceVersion"] = $"{version}", ["creationTimestamp"] = null },
    };

    private static async Task WriteAsync(
        HttpResponse response, string type, JsonObject changed, CancellationToken token)
    {
        byte[] line =
            [.. JsonSerializer.SerializeToUtf8Bytes(
                new JsonObject { ["type"] = type, ["object"] = changed }), (byte)'\n'];
        await response.Body.WriteAsync(line, token);
        await response.Body.FlushAsync(token);
    }
}
