using System.Net;
using Gateway.Api.Tests.Http;
using Gateway.Testing.Miners;

namespace Gateway.Api.Tests.Tongues;

/// <summary>A chat that goes out under a key which a miner of fiber exchanged with us.</summary>
public sealed class FiberTests : IAsyncLifetime
{
    private readonly StrictFiberMiner _fiber = new();
    private ScriptedMiner _miner = null!;
    private InProcessGateway _gateway = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _miner = await ScriptedMiner.StartAsync(_fiber.ServeAsync, Token);
        _gateway = await OneMiner.StartAsync(_miner.Address, "fiber-encrypted");
    }

    public async ValueTask DisposeAsync()
    {
        await _gateway.DisposeAsync();
        await _miner.DisposeAsync();
        _fiber.Dispose();
    }

    [Fact]
    public async Task One_exchange_serves_many_chats_whole_and_streamed_and_none_goes_out_in_the_clear()
    {
        foreach (var streams in new[] { false, true, false })
        {
            Assert.Contains("Sealed", await ChatAsync(streams), StringComparison.Ordinal);
        }

        Assert.Empty(_fiber.Refusals);
        Assert.Equal((1, 3), (_fiber.Exchanges, _fiber.Opened.Count));
        Assert.Equal("The secret.", _fiber.Opened[0].GetProperty("messages")[0].GetProperty("content").GetString());
        Assert.Equal(3, _fiber.Opened.Select(one => one.GetProperty("nonce").GetString()).Distinct().Count());
        Assert.DoesNotContain(_miner.Calls, call => call.Body.Span.IndexOf("secret"u8) >= 0);
        Assert.Equal("/v1/chat/completions", _miner.Calls[^1].Path);
    }

    [Fact]
    public async Task Chats_at_once_share_one_exchange()
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => ChatAsync(false)));

        Assert.All(answers, answer => Assert.Contains("Sealed", answer, StringComparison.Ordinal));
        Assert.Equal(1, _fiber.Exchanges);
    }

    [Fact]
    public async Task A_miner_that_lost_its_keys_gets_a_new_one_and_the_caller_sees_nothing()
    {
        Assert.Contains("Sealed", await ChatAsync(false), StringComparison.Ordinal);
        _fiber.Forget();
        Assert.Contains("Sealed", await ChatAsync(true), StringComparison.Ordinal);

        Assert.Equal(2, _fiber.Exchanges);
        Assert.Empty(_fiber.Refusals);
    }

    [Fact]
    public async Task A_miner_that_exchanges_no_key_is_told_nothing()
    {
        _fiber.IsMute = true;
        using var answer = await PostAsync(false);

        Assert.Equal(HttpStatusCode.BadGateway, answer.StatusCode);
        Assert.All(_miner.Calls, call => Assert.Equal("/public-encryption-key", call.Path));
    }

    private async Task<string> ChatAsync(bool streams)
    {
        using var answer = await PostAsync(streams);
        return await answer.Content.ReadAsStringAsync(Token);
    }

    private Task<HttpResponseMessage> PostAsync(bool streams) => _gateway.PostChatAsync(
        $$"""
        {"model":"{{OneMiner.Model}}","stream":{{(streams ? "true" : "false")}},"max_tokens":20,
        "messages":[{"role":"user","content":"The secret."}]}
        """,
        Token);
}
