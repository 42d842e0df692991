using System.Globalization;
using System.Text.Json;
using Gateway.Testing.Miners;

namespace Gateway.Api.Tests.Faults;

/// <summary>Sixteen ways for an expert to fail, and one to be well; the prompt's one word says which.</summary>
internal static class FaultyMiner
{
    /// <summary>How many words a good answer has; each is a chunk and a token.</summary>
    internal const int Words = 5;

    private const string Usage = """{"prompt_tokens":3,"completion_tokens":5}""";

    /// <summary>Those that end before there is anything to give: another expert can take over unseen.</summary>
    internal static readonly string[] Early =
    [
        "reset", "status-500", "status-429", "status-204", "redirect", "html", "empty", "garbage-0", "error-0", "cut-0",
    ];

    /// <summary>Those behind the beginning of a stream.</summary>
    internal static readonly string[] Late = ["cut-3", "garbage-3", "error-3", "no-finish", "half-frame", "long-line"];

    /// <summary>Answers that are whole, with figures that cannot be.</summary>
    internal static readonly string[] Liars = ["usage-huge", "usage-negative", "usage-missing", "no-done"];

    internal static Task ServeAsync(MinerCall call)
    {
        var text = call.Json.GetProperty("messages").EnumerateArray().Last().GetProperty("content");
        var deed = (text.ValueKind == JsonValueKind.String ? text : text[0].GetProperty("text")).GetString()!;
        var stream = call.Json.TryGetProperty("stream", out var wish) && wish.ValueKind == JsonValueKind.True;
        return deed switch
        {
            "reset" => call.BreakAsync(),
            "status-500" => call.RespondAsync(500),
            "status-429" => call.RespondAsync(429),
            "status-204" => call.RespondAsync(204),
            "redirect" => call.RespondAsync(302),
            "html" => call.SendStatusAsync(200, "<html>It is four.</html>", "text/html"),
            "empty" => call.SendStatusAsync(200, "", stream ? "text/event-stream" : "application/json"),
            _ => stream ? StreamAsync(call, deed) : WholeAsync(call, deed),
        };
    }

    private static async Task WholeAsync(MinerCall call, string deed)
    {
        var usage = deed switch
        {
            "usage-huge" => """{"prompt_tokens":3,"completion_tokens":1000000}""",
            "usage-negative" => """{"prompt_tokens":-3,"completion_tokens":-5}""",
            "usage-missing" => "null",
            _ => Usage,
        };
        var whole = ChatFrames.Whole("one two three four five", usage);
        if (deed is "usage-huge" or "usage-negative" or "usage-missing" or "no-done" or "well")
        {
            await call.SendStatusAsync(200, whole);
            return;
        }

        if (deed.StartsWith("error", StringComparison.Ordinal))
        {
            await call.SendStatusAsync(200, """{"error":{"message":"no","code":500}}""");
            return;
        }

        // Announced whole and sent in part, or with rubbish in the middle.
        call.Response.ContentType = "application/json";
        if (deed.StartsWith("garbage", StringComparison.Ordinal))
        {
            await call.SendAsync(whole.Insert(40, "\u0001}}{{"));
            return;
        }

        if (deed == "no-finish")
        {
            await call.SendAsync(whole.Replace("\"stop\"", "null", StringComparison.Ordinal)[..^20]);
            return;
        }

        call.Response.ContentLength = whole.Length;
        await call.SendAsync(whole[..(whole.Length / 2)]);
        await call.BreakAsync();
    }

    private static async Task StreamAsync(MinerCall call, string deed)
    {
        var at = deed.LastIndexOf('-') is var dash and > 0
            && int.TryParse(deed[(dash + 1)..], CultureInfo.InvariantCulture, out var number) ? number : Words;
        for (var word = 1; word <= at; word++)
        {
            await call.SendTextAsync("word ", deed.StartsWith("usage", StringComparison.Ordinal) ? null : word);
        }

        switch (deed[..(deed.IndexOf('-', StringComparison.Ordinal) is var end and > 0 ? end : deed.Length)])
        {
            case "cut":
                await call.BreakAsync();
                return;
            case "garbage":
                await call.SendAsync("data: {\"choices\":[{]}\n\n");
                return;
            case "error":
                await call.SendAsync("data: {\"error\":{\"message\":\"no\",\"code\":500}}\n\n");
                return;
            case "half":
                await call.SendAsync(ChatFrames.Finish()[..^20]);
                await call.BreakAsync();
                return;
            case "long":
                await call.SendAsync("data: " + new string('x', 400 * 1024));
                await call.BreakAsync();
                return;
            case "no" when deed == "no-finish":
                await call.SendAsync(ChatFrames.Done);
                return;
        }

        await call.SendAsync(ChatFrames.Finish() + deed switch
        {
            "usage-huge" => ChatFrames.Usage("3", "1000000"),
            "usage-negative" => ChatFrames.Usage("-3", "-5"),
            "usage-missing" => "",
            _ => ChatFrames.Usage("3", Words.ToString(CultureInfo.InvariantCulture)),
        } + (deed == "no-done" ? "" : ChatFrames.Done));
    }
}
