using Gateway.Testing.Miners;

namespace Gateway.Portal.Tests;

/// <summary>The portal with an expert behind it that says what no decent one would, and one that draws.</summary>
public sealed class ScriptedPortal : IAsyncLifetime
{
    /// <summary>The model that does as its prompt says.</summary>
    public const string Chat = "scripted-chat";

    /// <summary>A prompt that is answered by a few words and then by nothing.</summary>
    public const string Hanging = "hang";

    /// <summary>A prompt that is answered by <see cref="Evil"/>.</summary>
    public const string Hostile = "attack";

    /// <summary>Markup, a script, a picture from elsewhere, a link that runs, a terminal's colours, and marks that turn
    /// the direction of writing.</summary>
    public const string Evil = "<script>window.broken = 1</script><img src=x onerror=\"window.broken = 1\">\n\n"
        + "![spy](http://127.0.0.1:9/spy.png) [run](javascript:window.broken=1) [good](https://example.org/)\n\n"
        + "\u001b[31mred\u001b[0m \u202Egnp.exe\u202C **bold** `<b>code</b>`";

    // A white picture of one pixel.
    private const string Dot = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGP4DwABAQEA"
        + "GuxTOwAAAABJRU5ErkJggg==";

    private ScriptedMiner? _miner;

    /// <summary>The portal, and a browser before it.</summary>
    public PortalBrowser Browser { get; private set; } = null!;

    /// <inheritdoc/>
    public async ValueTask InitializeAsync()
    {
        _miner = await ScriptedMiner.StartAsync(AnswerAsync, CancellationToken.None);
        Browser = new(
        [
            .. Expert(0, Chat, "chat"), .. Expert(1, "scripted-images", "images"),
            .. Expert(2, "scripted-transcription", "transcription"),
            "--Gateway:Pricing:Usd:scripted-images:Image=0.04",
            "--Gateway:Pricing:Usd:scripted-transcription:AudioSecond=0.001",
        ]);
        await Browser.InitializeAsync();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await Browser.DisposeAsync();
        if (_miner is not null)
        {
            await _miner.DisposeAsync();
        }
    }

    private static Task AnswerAsync(MinerCall call) => call.Path switch
    {
        "/v1/chat/completions" => ChatAsync(call),
        "/v1/images/generations" => call.SendStatusAsync(200, $$"""{"created":1,"data":[{"b64_json":"{{Dot}}"}]}"""),
        _ => call.SendStatusAsync(404),
    };

    private static async Task ChatAsync(MinerCall call)
    {
        var prompt = call.Json.GetProperty("messages").EnumerateArray().Last().GetProperty("content").GetString();
        var text = prompt == Hostile ? Evil : "first words";
        if (!call.Json.TryGetProperty("stream", out var stream) || !stream.GetBoolean())
        {
            var usage = """{"prompt_tokens":5,"completion_tokens":40,"total_tokens":45}""";
            await call.SendStatusAsync(200, ChatFrames.Whole(text, usage));
            return;
        }

        await call.SendAsync(ChatFrames.Role());
        await call.SendTextAsync(text);
        if (prompt == Hanging)
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, call.Gone);
        }

        await call.SendAsync(ChatFrames.Finish() + ChatFrames.Usage("5", "40") + ChatFrames.Done);
    }

    private string[] Expert(int place, string model, string task) =>
    [
        $"--Gateway:Upstreams:Static:{place}:Name={task}",
        $"--Gateway:Upstreams:Static:{place}:BaseAddress={_miner!.Address}",
        $"--Gateway:Upstreams:Static:{place}:Models:0={model}",
        $"--Gateway:Upstreams:Static:{place}:Task={task}",
        $"--Gateway:Pricing:Usd:{model}:Input={(task == "chat" ? 1 : 0)}",
        $"--Gateway:Pricing:Usd:{model}:Output={(task == "chat" ? 2 : 0)}",
    ];
}
