using System.Net;
using Gateway.Api.Tokens;
using Microsoft.Extensions.Time.Testing;

namespace Gateway.Api.Tests.Tokens;

public sealed class IssuerKeysTests : IHttpClientFactory, IDisposable
{
    private const string Set = """
        {"keys":[
          {"kty":"RSA","kid":"a","n":"sXchTmV5","e":"AQAB"},
          {"kty":"RSA","kid":"enc","use":"enc","n":"sXchTmV5","e":"AQAB"},
          {"kty":"oct","kid":"shared","k":"AAAA"}]}
        """;

    private readonly FakeTimeProvider _time = new();
    private readonly IssuerKeys _keys;
    private (HttpStatusCode Status, string Text) _answer = (HttpStatusCode.OK, Set);
    private int _reads;

    public IssuerKeysTests() => _keys = new(
        new TokenIssuer("i", "a", null, "https://issuer.example/keys", []), this, _time);

    public HttpClient CreateClient(string name)
    {
#pragma warning disable RS0030 // It talks to nobody.
        return new HttpClient(new Answering(this));
#pragma warning restore RS0030
    }

    public void Dispose() => _keys.Dispose();

    [Fact]
    public async Task Nothing_is_read_before_the_first_token_and_then_once_an_hour()
    {
        Assert.Equal(0, _reads);
        Assert.Equal("a", (await _keys.FindAsync("a"))!.KeyId);
        _time.Advance(TimeSpan.FromMinutes(59));
        Assert.NotNull(await _keys.FindAsync("a"));
        Assert.Equal(1, _reads);
        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.NotNull(await _keys.FindAsync("a"));
        Assert.Equal(2, _reads);
    }

    [Fact]
    public async Task Attack_31_Unknown_names_cause_one_read_a_minute()
    {
        for (var i = 0; i < 100; i++)
        {
            Assert.Null(await _keys.FindAsync($"../../{i}"));
        }

        Assert.Equal(1, _reads);
        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.Null(await _keys.FindAsync("b"));
        Assert.Equal(2, _reads);
    }

    [Theory]
    [InlineData("enc")]
    [InlineData("shared")]
    [InlineData("A")]
    public async Task A_key_that_is_secret_or_for_another_use_is_none(string name) =>
        Assert.Null(await _keys.FindAsync(name));

    [Theory]
    [InlineData(HttpStatusCode.InternalServerError, "")]
    [InlineData(HttpStatusCode.Found, "")]
    [InlineData(HttpStatusCode.OK, "<html>")]
    public async Task An_issuer_that_is_down_locks_nobody_out(HttpStatusCode status, string text)
    {
        Assert.NotNull(await _keys.FindAsync("a"));
        _answer = (status, text);
        _time.Advance(TimeSpan.FromHours(2));

        Assert.NotNull(await _keys.FindAsync("a"));
        Assert.Equal(2, _reads);
    }

    private sealed class Answering(IssuerKeysTests owner) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(
            HttpRequestMessage request, CancellationToken cancellationToken)
        {
            owner._reads++;
            return Task.FromResult(
                new HttpResponseMessage(owner._answer.Status) { Content = new StringContent(owner._answer.Text) });
        }
    }
}
