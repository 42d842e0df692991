using System.Net;
using System.Net.Http.Headers;
using Gateway.Api.Portal.Playground;
using Gateway.Api.Portal.Sessions;
using Gateway.Api.Tests.Tasks;

namespace Gateway.Api.Tests.Portal;

/// <summary>The playground as a browser without scripts uses it: the form is answered by the API's own endpoints.
/// </summary>
public sealed class PlaygroundFormTests(ModalGateway fixture) : IClassFixture<ModalGateway>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_mode_that_is_served_is_offered_and_asks_for_no_other()
    {
        using var client = await SignedAsync("chat");
        foreach (var mode in PlaygroundMode.All)
        {
            using var answer = await client.GetAsync($"/playground?mode={mode.Name}");
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            Assert.Contains($"data-mode=\"{mode.Name}\"", client.Page, StringComparison.Ordinal);
        }

        using var other = await client.GetAsync("/playground?mode=nonsense");
        Assert.Contains("data-mode=\"chat\"", client.Page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_forecast_is_made_of_the_forms_values_and_charged_by_its_receipt()
    {
        fixture.Answers("forecasts", """{"data":[{"id":"series","points":[4.12361,5]}]}""");
        using var client = await SignedAsync("forecast");
        using var answer = await client.PostAsync(
            "/playground?mode=forecast", ("mode", "forecast"), ("model", "auto"), ("prompt", "1, 2\n3"),
            ("start", "2026-01-01"), ("step", "day"), ("horizon", "2"), ("max_cost", "0.05"));

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Contains("4.1236, 5", WebUtility.HtmlDecode(client.Page), StringComparison.Ordinal);
        Assert.Matches("href=\"/activity/req_[0-9a-f]{32}\"", client.Page);
        Assert.Contains("1, 2\n3", WebUtility.HtmlDecode(client.Page), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_picture_stands_on_the_page_itself()
    {
        var png = Convert.ToBase64String(Samples.Png(8, 8));
        fixture.Answers("images/generations", $$"""{"created":1,"data":[{"b64_json":"{{png}}"}]}""");
        using var client = await SignedAsync("image");
        using var answer = await client.PostAsync(
            "/playground?mode=image", ("mode", "image"), ("model", "auto"), ("prompt", "a dot"), ("max_cost", "0.05"));

        Assert.Contains($"data:image/png;base64,{png}", WebUtility.HtmlDecode(client.Page), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_sound_is_sent_as_a_form_and_written_down()
    {
        fixture.Answers("audio/transcriptions", """{"text":"well \u202Ehello <b>"}""");
        using var client = await SignedAsync("transcription");
        using var answer = await SendAsync(client, 1000);
        var page = WebUtility.HtmlDecode(await answer.Content.ReadAsStringAsync(Token));

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Contains("well [U+202E]hello <b>", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_sound_may_be_longer_than_other_forms_for_who_is_signed_in()
    {
        fixture.Answers("audio/transcriptions", """{"text":"a long one"}""");
        using var client = await SignedAsync("transcription");
        using var answer = await SendAsync(client, 20_000);
        Assert.Contains(
            "a long one", await answer.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);

        using var stranger = new PortalClient(fixture.Gateway);
        await stranger.GetAsync("/sign-in");
        using var refused = await SendAsync(stranger, 20_000);
        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
        using var small = await SendAsync(stranger, 1000);
        Assert.Equal(HttpStatusCode.SeeOther, small.StatusCode);
    }

    private static async Task<HttpResponseMessage> SendAsync(PortalClient client, int milliseconds)
    {
        using var form = new MultipartFormDataContent();
        foreach (var (name, value) in new[]
        {
            ("mode", "transcription"), ("model", "auto"), ("max_cost", "0.05"), (FormToken.Field, client.Token),
        })
        {
            form.Add(new StringContent(value), name);
        }

        using var file = new ByteArrayContent(Samples.Wav(milliseconds));
        file.Headers.ContentType = new MediaTypeHeaderValue("audio/wav");
        form.Add(file, "file", "hello.wav");
        using var request = new HttpRequestMessage(
            HttpMethod.Post, new Uri("/playground?mode=transcription", UriKind.Relative))
        {
            Content = form,
        };
        request.Headers.Add("Sec-Fetch-Site", "same-origin");
        return await client.Http.SendAsync(request, Token);
    }

    [Theory]
    [InlineData("chat", "max_tokens", "many")]
    [InlineData("chat", "tools", "[{")]
    [InlineData("chat", "schema", "{")]
    [InlineData("compare", "target-1", "auto")]
    [InlineData("compare", "target-1", "[]")]
    [InlineData("forecast", "prompt", "1, two")]
    [InlineData("transcription", "file", "")]
    public async Task A_field_that_cannot_be_sent_is_named_and_nothing_is_charged(
        string mode, string field, string value)
    {
        var before = await fixture.ChargedAsync();
        using var client = await SignedAsync(mode);
        using var answer = await client.PostAsync(
            $"/playground?mode={mode}", ("mode", mode), ("model", "auto"), (field, value), ("horizon", "1"));

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains($"cannot be sent as it stands: {field}.", client.Page, StringComparison.Ordinal);
        Assert.Equal(before, await fixture.ChargedAsync());
    }

    [Fact]
    public async Task The_apis_own_error_is_shown()
    {
        using var client = await SignedAsync("chat");
        using var answer = await client.PostAsync(
            "/playground?mode=chat", ("mode", "chat"), ("model", "no-such-model"), ("prompt", "hi"));

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Contains("no-such-model", client.Page, StringComparison.Ordinal);
        Assert.DoesNotContain("href=\"/activity/", client.Page, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("plain\ttext\n", "plain\ttext\n")]
    [InlineData("\u001b[31m\u0007\u007f", "[U+001B][31m[U+0007][U+007F]")]
    [InlineData("a\u202Eb\u2066c\u200f\u009b", "a[U+202E]b[U+2066]c[U+200F][U+009B]")]
    [InlineData("<b>\r\n", "<b>\n")]
    public void What_would_steer_a_reader_is_shown(string text, string shown) =>
        Assert.Equal(shown, SafeText.Of(text));

    private async Task<PortalClient> SignedAsync(string mode)
    {
        var client = new PortalClient(fixture.Gateway);
        client.Http.DefaultRequestHeaders.Accept.ParseAdd("text/html");
        await client.SignInAsync(fixture.Gateway);
        await client.GetAsync($"/playground?mode={mode}");
        return client;
    }
}
