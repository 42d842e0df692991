using System.Net;
using System.Text.Json.Nodes;
using Gateway.Api.Egress;
using Gateway.Api.Tests.Http;
using Gateway.Testing.Miners;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Gateway.Api.Tests.Chat;

/// <summary>A gateway that finds one name at a server of this test, and every other inside.</summary>
public sealed class ImageGateway : IAsyncLifetime
{
    internal InProcessGateway Gateway { get; private set; } = null!;

    internal ScriptedMiner Expert { get; private set; } = null!;

    internal PictureServer Pictures { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Pictures = await PictureServer.StartAsync();
        Expert = await ScriptedMiner.StartAsync(
            call => call.SendStatusAsync(
                200, ChatFrames.Whole("A cat.", """{"prompt_tokens":300,"completion_tokens":2}""")),
            CancellationToken.None);
        var rules = new EgressRules
        {
            AllowsLoopback = true,
            Patience = TimeSpan.FromSeconds(30),
            Roots = Pictures.Roots,
            ResolveAsync = static (name, _) => Task.FromResult<IPAddress[]>(
                [name == PictureServer.Host ? IPAddress.Loopback : IPAddress.Parse("10.0.0.1")]),
        };
        Gateway = await InProcessGateway.StartAsync(
            services => services.Replace(ServiceDescriptor.Singleton(rules)),
            InProcessGateway.StaticExpert(Expert.Address, "scripted", "10"));
    }

    public async ValueTask DisposeAsync()
    {
        await Gateway.DisposeAsync();
        await Expert.DisposeAsync();
        await Pictures.DisposeAsync();
    }
}

/// <summary>Images that a request names by address.</summary>
public sealed class ImageFetchTests(ImageGateway fixture) : IClassFixture<ImageGateway>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static string Inline => $"data:image/png;base64,{Convert.ToBase64String(PictureServer.Png)}";

    [Fact]
    public async Task An_expert_gets_the_bytes_and_never_the_address()
    {
        var (status, _) = await PostAsync(
            "chat/completions", Chat(fixture.Pictures.Address("png"), "data:image/png;base64,AAAA",
                fixture.Pictures.Address("png")));

        Assert.Equal(HttpStatusCode.OK, status);
        var asked = fixture.Expert.Calls[^1].Json;
        var parts = asked.GetProperty("messages")[0].GetProperty("content").EnumerateArray().ToArray();
        Assert.Equal("Look: \u00e4 \\ \"", parts[0].GetProperty("text").GetString());
        Assert.Equal(
            [Inline, "data:image/png;base64,AAAA", Inline],
            parts.Skip(1).Select(part => part.GetProperty("image_url").GetProperty("url").GetString()));
        Assert.DoesNotContain(PictureServer.Host, asked.GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Other_shapes_take_addresses_too()
    {
        var address = fixture.Pictures.Address("png");
        var (message, _) = await PostAsync("messages", $$$"""
            {"model":"scripted","max_tokens":9,"messages":[{"role":"user","content":[
             {"type":"image","source":{"type":"url","url":"{{{address}}}"}}]}]}
            """);
        Assert.Equal(Inline, Sent());
        var (response, _) = await PostAsync("responses", $$"""
            {"model":"scripted","input":[{"role":"user","content":[{"type":"input_image","image_url":"{{address}}"}]}]}
            """);
        Assert.Equal(Inline, Sent());
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), (message, response));

        string? Sent() => fixture.Expert.Calls[^1].Json.GetProperty("messages")[0].GetProperty("content")[0]
            .GetProperty("image_url").GetProperty("url").GetString();
    }

    [Theory]
    [InlineData("page")]
    [InlineData("long")]
    [InlineData("huge")]
    [InlineData("moved")]
    [InlineData("none")]
    public async Task What_is_no_good_picture_is_refused_by_its_place(string path)
    {
        var before = fixture.Expert.Calls.Count;
        var (status, json) = await PostAsync(
            "chat/completions", Chat(fixture.Pictures.Address("png"), fixture.Pictures.Address(path)));

        Assert.Equal(
            (HttpStatusCode.BadRequest, "invalid_image_url", "messages[0].content[2].image_url.url"),
            (status, (string?)json["error"]!["code"], (string?)json["error"]!["param"]));
        Assert.Equal(before, fixture.Expert.Calls.Count);
    }

    [Theory]
    [InlineData("https://elsewhere.test/png")]
    [InlineData("https://127.0.0.1:22/png")]
    [InlineData("https://169.254.169.254/latest/meta-data")]
    [InlineData("https://user:secret@pictures.test/png")]
    [InlineData("http://pictures.test/png")]
    public async Task Where_nobody_may_look_nobody_looks(string address)
    {
        var (status, json) = await PostAsync("chat/completions", Chat(address));

        Assert.Equal(
            (HttpStatusCode.BadRequest, "invalid_image_url"), (status, (string?)json["error"]!["code"]));
    }

    [Fact]
    public async Task A_redirect_is_not_followed()
    {
        var before = fixture.Pictures.Asked.Count(path => path == "/png");
        await PostAsync("chat/completions", Chat(fixture.Pictures.Address("moved")));

        Assert.Equal(before, fixture.Pictures.Asked.Count(path => path == "/png"));
    }

    [Fact]
    public async Task A_picture_in_the_body_has_no_more_pixels_than_a_fetched_one()
    {
        var large = $"data:image/png;base64,{Convert.ToBase64String(PictureServer.PngOf(50_000, 50_000))}";
        var (status, json) = await PostAsync("chat/completions", Chat(large));

        Assert.Equal(
            (HttpStatusCode.BadRequest, "invalid_image_url"), (status, (string?)json["error"]!["code"]));
    }

    private static string Chat(params string[] images)
    {
        var parts = images.Select(address => $$$"""{"type":"image_url","image_url":{"url":"{{{address}}}"}}""");
        return $$"""
            {"model":"scripted","messages":[{"role":"user","content":[
             {"type":"text","text":"Look: ä \\ \"","image_url":[]},{{string.Join(',', parts)}}]}]}
            """;
    }

    private async Task<(HttpStatusCode Status, JsonNode Json)> PostAsync(string path, string body)
    {
        using var content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
        using var answer = await fixture.Gateway.Client.PostAsync(
            new Uri($"v1/{path}", UriKind.Relative), content, Token);
        return (answer.StatusCode, JsonNode.Parse(await answer.Content.ReadAsStringAsync(Token))!);
    }
}
