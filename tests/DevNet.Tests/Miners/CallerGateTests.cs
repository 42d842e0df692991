using System.Net;
using System.Text;
using System.Text.Json;

namespace Gateway.DevNet.Tests.Miners;

public sealed class CallerGateTests(NetworkFixture fixture) : IClassFixture<NetworkFixture>
{
    private static readonly TimeSpan TooFar = TimeSpan.FromSeconds(9);
    private static readonly TimeSpan NearlyTooFar = TimeSpan.FromSeconds(6);

    private string Body => Caller.Chat(fixture.Strong, "2+2");

    [Fact]
    public async Task A_permitted_caller_is_answered()
    {
        using var request = fixture.Caller.Sign(fixture.Strong, Body);
        await ExpectAsync(request, HttpStatusCode.OK, null);
    }

    [Fact]
    public async Task A_request_without_a_signature_is_refused()
    {
        var address = new Uri(fixture.Strong.Axon, "v1/chat/completions");
        using var request = new HttpRequestMessage(HttpMethod.Post, address) { Content = new StringContent(Body) };
        await ExpectAsync(request, HttpStatusCode.Unauthorized, "invalid_signature");
    }

    [Theory]
    [InlineData("Epistula-Version")]
    [InlineData("Epistula-Timestamp")]
    [InlineData("Epistula-Uuid")]
    [InlineData("Epistula-Signed-By")]
    [InlineData("Epistula-Signed-For")]
    [InlineData("Epistula-Request-Signature")]
    public async Task A_request_without_one_of_its_headers_is_refused(string header)
    {
        using var request = fixture.Caller.Sign(fixture.Strong, Body);
        Assert.True(request.Headers.Remove(header));
        await ExpectAsync(request, HttpStatusCode.Unauthorized, "invalid_signature");
    }

    [Theory]
    [InlineData("Epistula-Version", "1")]
    [InlineData("Epistula-Timestamp", "1700000000000")]
    [InlineData("Epistula-Uuid", "018f0000-0000-7000-8000-000000000000")]
    [InlineData("Epistula-Signed-By", "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY")]
    [InlineData("Epistula-Request-Signature", "0x00")]
    public async Task A_header_changed_after_signing_is_refused(string header, string value)
    {
        using var request = fixture.Caller.Sign(fixture.Strong, Body);
        request.Headers.Remove(header);
        request.Headers.Add(header, value);
        await ExpectAsync(request, HttpStatusCode.Unauthorized, "invalid_signature");
    }

    [Fact]
    public async Task A_body_changed_after_signing_is_refused()
    {
        using var request = fixture.Caller.Sign(fixture.Strong, Body);
        request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(Body + " "));
        await ExpectAsync(request, HttpStatusCode.Unauthorized, "invalid_signature");
    }

    [Fact]
    public async Task A_request_signed_for_another_miner_is_refused()
    {
        using var request = fixture.Caller.Sign(fixture.Strong, Body, signedFor: fixture.Weak.Hotkey);
        await ExpectAsync(request, HttpStatusCode.Unauthorized, "invalid_signature");
    }

    [Fact]
    public async Task A_request_from_too_far_in_the_past_or_future_is_refused()
    {
        var now = TimeProvider.System.GetUtcNow();
        foreach (var (offset, status) in new[]
        {
            (-TooFar, HttpStatusCode.Unauthorized), (TooFar, HttpStatusCode.Unauthorized),
            (-NearlyTooFar, HttpStatusCode.OK), (NearlyTooFar, HttpStatusCode.OK),
        })
        {
            using var request = fixture.Caller.Sign(fixture.Strong, Body, now: now + offset);
            await ExpectAsync(request, status, status == HttpStatusCode.OK ? null : "invalid_signature");
        }
    }

    [Fact]
    public async Task A_replayed_id_is_refused_even_with_another_body()
    {
        var uuid = Caller.NewId();
        using var first = fixture.Caller.Sign(fixture.Strong, Body, uuid: uuid);
        await ExpectAsync(first, HttpStatusCode.OK, null);
        using var second = fixture.Caller.Sign(fixture.Strong, Body, uuid: uuid);
        await ExpectAsync(second, HttpStatusCode.Unauthorized, "replayed_request");
        using var third = fixture.Caller.Sign(fixture.Strong, Caller.Chat(fixture.Strong, "3+3"), uuid: uuid);
        await ExpectAsync(third, HttpStatusCode.Unauthorized, "replayed_request");
    }

    [Fact]
    public async Task A_stranger_with_a_genuine_signature_is_refused()
    {
        using var stranger = new Caller();
        using var request = stranger.Sign(fixture.Strong, Body);
        await ExpectAsync(request, HttpStatusCode.Unauthorized, "caller_not_permitted");
    }

    [Fact]
    public async Task The_list_of_models_is_behind_the_same_gate()
    {
        using var plain = new HttpRequestMessage(HttpMethod.Get, new Uri(fixture.Strong.Axon, "v1/models"));
        await ExpectAsync(plain, HttpStatusCode.Unauthorized, "invalid_signature");
        using var signed = fixture.Caller.SignGet(fixture.Network.Miners[1], "v1/models");
        using var response = await fixture.Caller.SendAsync(signed);
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        var ids = JsonSerializer.Deserialize<JsonElement>(text).GetProperty("data").EnumerateArray()
            .Select(model => model.GetProperty("id").GetString());
        Assert.Equal(["devnet-large", "devnet-small", "devnet-embed", "devnet-rerank"], ids);
    }

    [Fact]
    public async Task A_body_above_the_limit_is_refused_before_it_is_read()
    {
        using var request = fixture.Caller.Sign(fixture.Strong, new string(' ', (4 << 20) + 1));
        request.Headers.ExpectContinue = true;
        await ExpectAsync(request, HttpStatusCode.RequestEntityTooLarge, "invalid_request");
    }

    [Fact]
    public async Task An_unknown_path_is_no_endpoint_and_a_wrong_method_is_named()
    {
        using var unknown = fixture.Caller.SignGet(fixture.Strong, "v1/nothing");
        await ExpectAsync(unknown, HttpStatusCode.NotFound, "not_found");
        using var wrong = fixture.Caller.SignGet(fixture.Strong, "v1/chat/completions");
        await ExpectAsync(wrong, HttpStatusCode.MethodNotAllowed, "method_not_allowed");
    }

    private async Task ExpectAsync(HttpRequestMessage request, HttpStatusCode status, string? code)
    {
        using var response = await fixture.Caller.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.Equal(status, response.StatusCode);
        var json = JsonSerializer.Deserialize<JsonElement>(text);
        var found = json.TryGetProperty("error", out var error) ? error.GetProperty("code").GetString() : null;
        Assert.Equal(code, found);
    }
}
