using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using Gateway.Api.Access;

namespace Gateway.Api.Tests.Http;

/// <summary>One gateway for the tests that only send it bad requests.</summary>
public sealed class BadInputGateway : IAsyncLifetime
{
    internal InProcessGateway Gateway { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Gateway = await InProcessGateway.StartAsync();

    public ValueTask DisposeAsync() => Gateway.DisposeAsync();
}

public sealed class BadInputTests(BadInputGateway fixture) : IClassFixture<BadInputGateway>
{
    private const string Good = """{"model":"devnet-large","messages":[{"role":"user","content":"What is 2 + 2?"}]}""";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Attack_01_Without_a_key_the_answer_is_401_and_says_how_to_send_one()
    {
        using var client = fixture.Gateway.CreateClient(null);
        using var answer = await client.PostAsync(Chat, Json(Good), Token);

        await AssertErrorAsync(answer, HttpStatusCode.Unauthorized, "invalid_request_error", "invalid_api_key");
        Assert.Equal("Bearer", answer.Headers.WwwAuthenticate.ToString());
    }

    [Fact]
    public async Task An_unknown_but_well_formed_key_is_401()
    {
        using var client = fixture.Gateway.CreateClient(ApiKey.Create(KeyKind.Api));
        using var answer = await client.PostAsync(Chat, Json(Good), Token);

        await AssertErrorAsync(answer, HttpStatusCode.Unauthorized, "invalid_request_error", "invalid_api_key");
    }

    [Theory]
    [InlineData("Bearer")]
    [InlineData("Bearer ")]
    [InlineData("Basic abc")]
    [InlineData("gw-000000000000000000000000000000000000")]
    public async Task Attack_01_A_malformed_authorization_is_401(string header)
    {
        using var client = fixture.Gateway.CreateClient(null);
        client.DefaultRequestHeaders.TryAddWithoutValidation("Authorization", header);
        using var answer = await client.PostAsync(Chat, Json(Good), Token);

        await AssertErrorAsync(answer, HttpStatusCode.Unauthorized, "invalid_request_error", "invalid_api_key");
    }

    [Fact]
    public async Task Attack_06_A_key_in_query_cookie_or_body_opens_nothing()
    {
        var key = (string)fixture.Gateway.DevNet["apiKey"]!;
        using var client = fixture.Gateway.CreateClient(null);
        client.DefaultRequestHeaders.Add("Cookie", $"key={key}");
        using var answer = await client.PostAsync(new Uri($"v1/chat/completions?api_key={key}", UriKind.Relative),
            Json($$"""{"api_key":"{{key}}","model":"devnet-large","messages":[{"role":"user","content":"x"}]}"""),
            Token);

        await AssertErrorAsync(answer, HttpStatusCode.Unauthorized, "invalid_request_error", "invalid_api_key");
    }

    [Fact]
    public async Task An_admin_key_cannot_call_models()
    {
        using var client = fixture.Gateway.CreateClient((string)fixture.Gateway.DevNet["adminKey"]!);
        using var answer = await client.PostAsync(Chat, Json(Good), Token);

        await AssertErrorAsync(answer, HttpStatusCode.Forbidden, "permission_error", "insufficient_permissions");
    }

    [Theory]
    [InlineData("{", "invalid_json", null)]
    [InlineData("""{"model":"a","model":"b","messages":[]}""", "duplicate_key", "model")]
    [InlineData("""{"model":"devnet-large"}""", "missing_required_parameter", "messages")]
    [InlineData("""{"model":"devnet-large","messages":"hi"}""", "invalid_type", "messages")]
    [InlineData(
        """{"model":"devnet-large","max_tokens":100000,"messages":[{"role":"user","content":"x"}]}""",
        "invalid_value", "max_tokens")]
    [InlineData(
        """{"model":"devnet-large","n":5,"messages":[{"role":"user","content":"x"}]}""",
        "unsupported_parameter", "n")]
    [InlineData(
        """
        {"model":"devnet-large","tools":[{"type":"function","function":{"name":"f"}}],
         "messages":[{"role":"user","content":"x"}]}
        """,
        "unsupported_parameter", "tools")]
    [InlineData(
        """{"model":"devnet-large","max_cost":0,"messages":[{"role":"user","content":"x"}]}""",
        "max_cost_too_low", "max_cost")]
    public async Task A_bad_body_is_400_with_its_code_and_field(string body, string code, string? param)
    {
        using var answer = await fixture.Gateway.PostChatAsync(body, Token);

        var error = await AssertErrorAsync(answer, HttpStatusCode.BadRequest, "invalid_request_error", code);
        Assert.Equal(param, (string?)error["param"]);
    }

    [Fact]
    public async Task An_unknown_model_is_404_and_names_those_that_exist()
    {
        using var answer = await fixture.Gateway.PostChatAsync(
            Good.Replace("devnet-large", "gpt-99", StringComparison.Ordinal), Token);

        var error = await AssertErrorAsync(answer, HttpStatusCode.NotFound, "invalid_request_error", "model_not_found");
        Assert.Contains("devnet-large", error["details"]!["available"]!.AsArray().Select(node => (string)node!));
    }

    [Theory]
    [InlineData("\"privacy\":\"local\"")]
    [InlineData("\"only\":[\"sn5\"]")]
    [InlineData("\"exclude\":[\"sn4\"]")]
    public async Task A_wish_that_leaves_no_expert_is_400_and_not_to_be_repeated(string wish)
    {
        using var answer = await fixture.Gateway.PostChatAsync(
            $$$"""{"model":"devnet-large","routing":{{{{wish}}}},"messages":[{"role":"user","content":"x"}]}""", Token);

        var error = await AssertErrorAsync(answer, HttpStatusCode.BadRequest, "invalid_request_error", "invalid_value");
        Assert.Equal("routing", (string?)error["param"]);
    }

    [Fact]
    public async Task A_wish_that_names_nobody_is_400_naming_it()
    {
        using var answer = await fixture.Gateway.PostChatAsync(
            """
            {"model":"devnet-large","routing":{"exclude":["evil"]},"messages":[{"role":"user","content":"x"}]}
            """, Token);

        var error = await AssertErrorAsync(answer, HttpStatusCode.BadRequest, "invalid_request_error", "invalid_value");
        Assert.Equal("routing.exclude", (string?)error["param"]);
        Assert.Contains("evil", (string)error["message"]!, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(9_000)]
    [InlineData(400_000)]
    public async Task A_prompt_beyond_the_context_is_400_and_ejects_nobody(int words)
    {
        var prompt = string.Concat(Enumerable.Repeat("word ", words));
        var body = $$"""{"model":"devnet-small","messages":[{"role":"user","content":"{{prompt}}"}]}""";
        for (var i = 0; i < 6; i++)
        {
            using var answer = await fixture.Gateway.PostChatAsync(body, Token);
            await AssertErrorAsync(
                answer, HttpStatusCode.BadRequest, "invalid_request_error", "context_length_exceeded");
        }

        using var after = await fixture.Gateway.PostChatAsync(
            """{"model":"devnet-small","messages":[{"role":"user","content":"What is 2 + 2?"}],"max_tokens":20}""",
            Token);
        Assert.Equal(HttpStatusCode.OK, after.StatusCode);
    }

    [Theory]
    [InlineData("gw-")]
    [InlineData("gw%2D")]
    [InlineData("%67%77-")]
    public async Task Attack_06_A_key_in_the_address_is_refused_even_beside_a_good_header(string prefix)
    {
        var key = ((string)fixture.Gateway.DevNet["apiKey"]!).Replace("gw-", prefix, StringComparison.Ordinal);
        using var answer = await fixture.Gateway.Client.GetAsync(
            new Uri($"v1/models?key={key}", UriKind.Relative), Token);

        await AssertErrorAsync(answer, HttpStatusCode.Unauthorized, "invalid_request_error", "invalid_api_key");
    }

    [Fact]
    public async Task What_only_looks_a_little_like_a_key_is_no_key()
    {
        using var answer = await fixture.Gateway.Client.GetAsync(
            new Uri("healthz?trace=my-gw-1", UriKind.Relative), Token);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Theory]
    [InlineData("OpenAI-Organization", "org_other")]
    [InlineData("OpenAI-Project", "proj_x")]
    public async Task Another_organization_in_a_header_is_401(string header, string value)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, Chat) { Content = Json(Good) };
        request.Headers.Add(header, value);
        using var answer = await fixture.Gateway.Client.SendAsync(request, Token);

        await AssertErrorAsync(
            answer, HttpStatusCode.Unauthorized, "invalid_request_error", "mismatched_organization");
    }

    [Fact]
    public async Task A_path_in_another_case_is_the_same_endpoint_with_the_same_headers()
    {
        using var answer = await fixture.Gateway.Client.GetAsync(new Uri("V1/Models", UriKind.Relative), Token);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        foreach (var header in (string[])["x-gateway-receipt", "x-receipt-salt", "server-timing"])
        {
            Assert.True(answer.Headers.Contains(header), header);
        }
    }

    [Fact]
    public async Task Attack_17_Announced_bodies_that_do_not_come_keep_nobody_else_out()
    {
        var address = fixture.Gateway.Client.BaseAddress!;
        var key = (string)fixture.Gateway.DevNet["apiKey"]!;
        var idle = new List<TcpClient>();
        try
        {
            for (var i = 0; i < 12; i++)
            {
                var client = new TcpClient();
                idle.Add(client);
                await client.ConnectAsync(address.Host, address.Port, Token);
                await client.GetStream().WriteAsync(
                    Encoding.ASCII.GetBytes("POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\nAuthorization: "
                        + $"Bearer {key}\r\nContent-Type: application/json\r\n"
                        + "Content-Length: 26214400\r\n\r\n{"), Token);
            }

            await Task.Delay(TimeSpan.FromMilliseconds(300), TimeProvider.System, Token);
            using var answer = await fixture.Gateway.PostChatAsync(
                """{"model":"devnet-small","messages":[{"role":"user","content":"What is 2 + 2?"}],"max_tokens":20}""",
                Token);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        }
        finally
        {
            idle.ForEach(client => client.Dispose());
        }
    }

    [Fact]
    public async Task Names_of_unknown_fields_cannot_fill_the_headers()
    {
        var filler = new string('x', 1000);
        var names = string.Join(',', Enumerable.Range(0, 40).Select(i => $"\"{filler}{i}\":1,\"y{i}\":1"));
        using var answer = await fixture.Gateway.PostChatAsync(
            $$$"""{"model":"devnet-small",{{{names}}},"messages":[{"role":"user","content":"What is 2 + 2?"}]}""",
            Token);

        Assert.InRange(string.Concat(answer.Headers.GetValues("x-gateway-unverified")).Length, 1, 200);
    }

    [Fact]
    public async Task Attack_15_A_body_over_25_MB_is_413_announced_or_not()
    {
        var large = new byte[(25 * 1024 * 1024) + 1];
        Array.Fill(large, (byte)' ');
        using var announced = new ByteArrayContent(large);
        announced.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        using var answer = await fixture.Gateway.Client.PostAsync(Chat, announced, Token);
        await AssertErrorAsync(
            answer, HttpStatusCode.RequestEntityTooLarge, "invalid_request_error", "request_too_large");

        using var request = new HttpRequestMessage(HttpMethod.Post, Chat) { Content = new ByteArrayContent(large) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.TransferEncodingChunked = true;
        using var chunked = await fixture.Gateway.Client.SendAsync(request, Token);
        await AssertErrorAsync(
            chunked, HttpStatusCode.RequestEntityTooLarge, "invalid_request_error", "request_too_large");
    }

    [Theory]
    [InlineData("text/plain", null)]
    [InlineData("application/json", "gzip")]
    [InlineData("application/json; charset=utf-16", null)]
    [InlineData("application/json; charset=latin1", null)]
    public async Task Attack_15_Other_media_or_compression_is_415(string media, string? encoding)
    {
        using var content = new StringContent(Good);
        content.Headers.ContentType = MediaTypeHeaderValue.Parse(media);
        if (encoding is not null)
        {
            content.Headers.ContentEncoding.Add(encoding);
        }

        using var answer = await fixture.Gateway.Client.PostAsync(Chat, content, Token);

        await AssertErrorAsync(
            answer, HttpStatusCode.UnsupportedMediaType, "invalid_request_error", "unsupported_media_type");
    }

    [Fact]
    public async Task Unknown_paths_and_methods_answer_in_JSON_too()
    {
        using var path = await fixture.Gateway.Client.GetAsync(new Uri("v1/nothing", UriKind.Relative), Token);
        await AssertErrorAsync(path, HttpStatusCode.NotFound, "invalid_request_error", "not_found");

        using var method = await fixture.Gateway.Client.GetAsync(Chat, Token);
        await AssertErrorAsync(method, HttpStatusCode.MethodNotAllowed, "invalid_request_error", "method_not_allowed");
    }

    [Theory]
    [InlineData("v1/credits")]
    [InlineData("v1/key")]
    [InlineData("v1/models")]
    [InlineData("v1/models/devnet-small")]
    [InlineData("v1/receipts/req_0198a000000070008000000000000000")]
    public async Task A_query_that_would_change_nothing_is_refused_by_its_name(string path)
    {
        using var answer = await fixture.Gateway.Client.GetAsync(new Uri($"{path}?limt=5", UriKind.Relative), Token);

        var error = await AssertErrorAsync(
            answer, HttpStatusCode.BadRequest, "invalid_request_error", "unknown_parameter");
        Assert.Equal("limt", (string?)error["param"]);
    }

    [Fact]
    public async Task Another_organisations_or_no_receipt_is_404()
    {
        foreach (var id in (string[])["req_0198a000000070008000000000000000", "req_x", "x%2f..%2fy"])
        {
            using var answer = await fixture.Gateway.Client.GetAsync(
                new Uri($"v1/receipts/{id}", UriKind.Relative), Token);
            await AssertErrorAsync(answer, HttpStatusCode.NotFound, "invalid_request_error", "not_found");
        }
    }

    [Fact]
    public async Task Nothing_refused_was_charged_or_stays_held()
    {
        await using var own = await InProcessGateway.StartAsync();
        foreach (var body in (string[])["{}", "{", """{"model":"no","messages":[{"role":"user","content":"x"}]}"""])
        {
            using var refused = await own.PostChatAsync(body, Token);
            Assert.False(refused.IsSuccessStatusCode);
        }

        var credits = (await own.GetAsync("v1/credits", Token))["data"]!;
        Assert.Equal(0, (long)credits["held_nusd"]!);
        Assert.Equal(0, (long)credits["total_usage_nusd"]!);
        Assert.Equal(5_000_000_000, (long)credits["available_nusd"]!);
    }

    private static Uri Chat => new("v1/chat/completions", UriKind.Relative);

    private static StringContent Json(string body) => new(body, Encoding.UTF8, "application/json");

    private static async Task<JsonObject> AssertErrorAsync(
        HttpResponseMessage answer, HttpStatusCode status, string type, string code)
    {
        var text = await answer.Content.ReadAsStringAsync(Token);
        Assert.True(status == answer.StatusCode, $"{(int)answer.StatusCode} {text}");
        Assert.Equal("application/json", answer.Content.Headers.ContentType?.MediaType);
        var error = JsonNode.Parse(text)!["error"]!.AsObject();
        Assert.Equal((type, code), ((string)error["type"]!, (string)error["code"]!));
        Assert.NotEmpty((string)error["message"]!);
        Assert.StartsWith("req_", Assert.Single(answer.Headers.GetValues("x-request-id")), StringComparison.Ordinal);
        return error;
    }
}
