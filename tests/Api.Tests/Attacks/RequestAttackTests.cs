using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using Gateway.Api.Tests.Http;
using Gateway.Testing.Miners;

namespace Gateway.Api.Tests.Attacks;

/// <summary>One gateway with an expert that answers everything and counts its calls.</summary>
public sealed class AttackedGateway : IAsyncLifetime
{
    internal InProcessGateway Gateway { get; private set; } = null!;

    internal ScriptedMiner Miner { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Miner = await ScriptedMiner.StartAsync(
            call => call.SendStatusAsync(
                200, ChatFrames.Whole("ok", """{"prompt_tokens":1,"completion_tokens":1}""")), CancellationToken.None);
        Gateway = await InProcessGateway.StartAsync(InProcessGateway.StaticExpert(Miner.Address, "scripted", "1"));
    }

    public async ValueTask DisposeAsync()
    {
        await Gateway.DisposeAsync();
        await Miner.DisposeAsync();
    }
}

/// <summary>Requests that mean harm: each is refused by its fault, before anything reaches an expert.</summary>
public sealed class RequestAttackTests(AttackedGateway fixture) : IClassFixture<AttackedGateway>
{
    private const string Message = "\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]";

    // Tests of a class run one after another.
    private readonly int _calls = fixture.Miner.Calls.Count;

    private InProcessGateway Gateway => fixture.Gateway;

    private string Authorization => $"Authorization: Bearer {Gateway.DevNet["apiKey"]}\r\n";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Attack_01_Two_authorization_headers_are_400_and_no_key_at_all_is_401()
    {
        var right = $"Authorization: Bearer {Gateway.DevNet["apiKey"]}\r\n";
        Assert.Contains("ambiguous_authorization", await PostRawAsync(right + right, "{}"), StringComparison.Ordinal);
        foreach (var none in (string[])["", "Authorization: \r\n", "Authorization: Bearer \r\n"])
        {
            var text = await PostRawAsync(none, "{}");
            Assert.StartsWith("HTTP/1.1 401", text, StringComparison.Ordinal);
            Assert.Contains("WWW-Authenticate: Bearer", text, StringComparison.OrdinalIgnoreCase);
        }
    }

    [Fact]
    public async Task Attack_12_A_limit_of_tokens_that_is_none_is_refused_by_its_name_and_null_is_the_default()
    {
        foreach (var name in (string[])["max_tokens", "max_completion_tokens"])
        {
            foreach (var value in (string[])
                ["-1", "0", "2147483648", "9223372036854775808", "1e309", "\"10\"", "1.5", "[1]", "{}", "true"])
            {
                await AssertRefusedAsync($$"""{"model":"scripted","{{name}}":{{value}},{{Message}}}""", name);
            }

            using var answer = await Gateway.PostChatAsync(
                $$"""{"model":"scripted","{{name}}":null,{{Message}}}""", Token);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        }
    }

    [Fact]
    public async Task Attack_13_Fields_that_multiply_work_are_bounded()
    {
        var stops = string.Join(',', Enumerable.Repeat("\"a\"", 100_000));
        var tools = string.Join(',', Enumerable.Range(0, 10_000).Select(
            i => $$$"""{"type":"function","function":{"name":"f{{{i}}}"}}"""));
        var biases = string.Join(',', Enumerable.Range(0, 1_000_000).Select(
            i => string.Create(CultureInfo.InvariantCulture, $"\"{i}\":1")));

        await AssertRefusedAsync($$"""{"model":"scripted","n":1000,{{Message}}}""", "n");
        await AssertRefusedAsync($$"""{"model":"scripted","stop":[{{stops}}],{{Message}}}""", "stop");
        await AssertRefusedAsync($$"""{"model":"scripted","tools":[{{tools}}],{{Message}}}""", "tools");
        await AssertRefusedAsync($$$"""{"model":"scripted","logit_bias":{{{{biases}}}},{{{Message}}}}""", "logit_bias");
        Assert.Equal(_calls, fixture.Miner.Calls.Count);
    }

    [Fact]
    public async Task Attack_14_What_gateway_and_miner_could_read_differently_is_400()
    {
        var deep = new string('[', 10_000) + new string(']', 10_000);
        foreach (var body in (string[])
            [
                $$"""{"model":"scripted","model":"auto",{{Message}}}""",
                $$"""{"model":"scripted",{{Message}}}x""",
                "\ufeff" + $$"""{"model":"scripted",{{Message}}}""",
                """{"model":"scripted","messages":[{"role":"user","content":"\ud800"}]}""",
                $$"""{"model":"scripted","x":{{deep}},{{Message}}}""",
                $$"""{"model":"scripted",/**/{{Message}}}""",
                $$"""{"model":"scripted","mod\u0065l":"auto",{{Message}}}""",
            ])
        {
            using var answer = await Gateway.PostChatAsync(body, Token);
            Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        }

        Assert.Equal(_calls, fixture.Miner.Calls.Count);
    }

    [Fact]
    public async Task Attack_15_A_body_in_chunks_without_end_is_408()
    {
        // The server gives up on who sends fewer than 240 bytes a second after five.
        var text = await PostRawAsync(Authorization, null, "Transfer-Encoding: chunked\r\n\r\n5\r\n{\"mod");

        Assert.StartsWith("HTTP/1.1 408", text, StringComparison.Ordinal);
        Assert.Contains("request_timeout", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}")]
    [InlineData("Transfer-Encoding: chunked\r\n\r\n2;\na=b\r\n{}\r\n0\r\n\r\n")]
    [InlineData("Transfer-Encoding: chunked\r\n\r\n2\n{}\r\n0\r\n\r\n")]
    [InlineData("X-Folded: a\r\n b\r\nContent-Length: 2\r\n\r\n{}")]
    [InlineData("Transfer-Encoding: chunked, identity\r\n\r\n2\r\n{}\r\n0\r\n\r\n")]
    [InlineData("Content-Length : 2\r\n\r\n{}")]
    public async Task Attack_16_A_message_whose_end_can_be_read_in_two_ways_is_400_and_closed(string rest)
    {
        var text = await PostRawAsync(Authorization, null, rest);

        Assert.StartsWith("HTTP/1.1 400", text, StringComparison.Ordinal);
        Assert.Equal(1, text.Split("HTTP/1.1 ").Length - 1);
        Assert.Equal(_calls, fixture.Miner.Calls.Count);
    }

    private Task<string> PostRawAsync(string headers, string? body, string rest = "") => RawText.SendAsync(
        Gateway.Client.BaseAddress!,
        $"POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n{headers}"
        + (body is null ? rest : $"Connection: close\r\nContent-Length: {body.Length}\r\n\r\n{body}"),
        Token);

    private async Task AssertRefusedAsync(string body, string param)
    {
        using var answer = await Gateway.PostChatAsync(body, Token);
        var text = await answer.Content.ReadAsStringAsync(Token);
        Assert.True(answer.StatusCode == HttpStatusCode.BadRequest, text);
        Assert.StartsWith(param, (string?)JsonNode.Parse(text)!["error"]!["param"], StringComparison.Ordinal);
    }
}
