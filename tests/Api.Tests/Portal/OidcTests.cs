using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Gateway.Api.Tests.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Logging;

namespace Gateway.Api.Tests.Portal;

/// <summary>A gateway with an issuer beside it, which answers codes as the tests wish.</summary>
public sealed class OidcFixture : IAsyncLifetime
{
    public const string Issuer = "https://issuer.example";
    public const string Client = "gateway-portal";

    private readonly RSA _key = RSA.Create(2048);
    private InProcessGateway? _gateway;
    private WebApplication _issuer = null!;

    internal InProcessGateway Gateway => _gateway!;

    /// <summary>By code: what the token endpoint answers, and the challenge that the verifier must fit.</summary>
    internal ConcurrentDictionary<string, (string Token, string Challenge)> Codes { get; } = new();

    /// <summary>What the key endpoint was asked for beside its keys.</summary>
    internal ConcurrentBag<string> Strays { get; } = [];

    public async ValueTask InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        _issuer = builder.Build();
        _issuer.Urls.Add("http://127.0.0.1:0");
        _issuer.MapGet("/keys", () => Keys().ToJsonString());
        _issuer.MapPost("/token", RedeemAsync);
        _issuer.MapFallback(context =>
        {
            Strays.Add(context.Request.Path);
            return Task.CompletedTask;
        });
        await _issuer.StartAsync();
        var root = _issuer.Urls.First();
        _gateway = await InProcessGateway.StartAsync(
            $"--Gateway:Portal:Oidc:0:Issuer={Issuer}", $"--Gateway:Portal:Oidc:0:ClientId={Client}",
            "--Gateway:Portal:Oidc:0:Name=Example", $"--Gateway:Portal:Oidc:0:AuthorizeUrl={root}/authorize",
            $"--Gateway:Portal:Oidc:0:TokenUrl={root}/token", $"--Gateway:Portal:Oidc:0:KeysUrl={root}/keys");
        StraysAt = root;
    }

    internal string StraysAt { get; private set; } = "";

    public async ValueTask DisposeAsync()
    {
        await Gateway.DisposeAsync();
        await _issuer.DisposeAsync();
        _key.Dispose();
    }

    internal string Signed(JsonObject header, JsonObject claims, bool isEmpty = false)
    {
        var text = $"{Encoded(header)}.{Encoded(claims)}";
        var bytes = Encoding.ASCII.GetBytes(text);
        var signature = isEmpty ? []
            : (string)header["alg"]! == "HS256"
                ? HMACSHA256.HashData(Encoding.ASCII.GetBytes(_key.ExportSubjectPublicKeyInfoPem()), bytes)
                : _key.SignData(bytes, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        return $"{text}.{Base64Url.EncodeToString(signature)}";
    }

    private static string Encoded(JsonObject part) =>
        Base64Url.EncodeToString(Encoding.UTF8.GetBytes(part.ToJsonString()));

    private async Task RedeemAsync(HttpContext context)
    {
        var form = await context.Request.ReadFormAsync();
        var verifier = SHA256.HashData(Encoding.ASCII.GetBytes(form["code_verifier"].ToString()));
        if (!Codes.TryRemove(form["code"].ToString(), out var known)
            || known.Challenge != Base64Url.EncodeToString(verifier) || form["client_id"] != Client)
        {
            context.Response.StatusCode = StatusCodes.Status400BadRequest;
            return;
        }

        await context.Response.WriteAsJsonAsync(new { id_token = known.Token, token_type = "Bearer" });
    }

    private JsonObject Keys()
    {
        var rsa = _key.ExportParameters(includePrivateParameters: false);
        return new()
        {
            ["keys"] = new JsonArray(new JsonObject
            {
                ["kty"] = "RSA",
                ["kid"] = "k",
                ["n"] = Base64Url.EncodeToString(rsa.Modulus),
                ["e"] = Base64Url.EncodeToString(rsa.Exponent),
            }),
        };
    }
}

public sealed partial class OidcTests(OidcFixture fixture) : IClassFixture<OidcFixture>
{
    private string _asked = "";

    private InProcessGateway Gateway => fixture.Gateway;

    [Fact]
    public async Task An_issuers_word_signs_in_who_connected_it_and_nobody_else()
    {
        using var stranger = new PortalClient(Gateway);
        Assert.Equal(HttpStatusCode.Unauthorized, await RunAsync(stranger, "sub-1"));

        using var owner = new PortalClient(Gateway);
        await owner.EnrolAsync(Gateway, "connected@example.org", null, "support");
        Assert.Equal(HttpStatusCode.SeeOther, await RunAsync(owner, "sub-1"));

        using var browser = new PortalClient(Gateway);
        Assert.Equal(HttpStatusCode.SeeOther, await RunAsync(browser, "sub-1"));
        await browser.GetAsync("/account");
        Assert.Contains("connected@example.org", browser.Page, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Unauthorized, await RunAsync(stranger, "sub-2"));
    }

    [Fact]
    public async Task An_address_in_a_token_links_nobody()
    {
        using var owner = new PortalClient(Gateway);
        await owner.EnrolAsync(Gateway, "victim@example.org", null, "support");
        using var browser = new PortalClient(Gateway);
        Assert.Equal(HttpStatusCode.Unauthorized, await RunAsync(browser, "thief", claims =>
        {
            claims["email"] = "victim@example.org";
            claims["email_verified"] = true;
        }));
    }

    [Theory]
    [InlineData("later")]
    [InlineData("400")]
    public async Task Who_is_signed_in_proves_himself_to_the_issuer_anew(string age)
    {
        var subject = $"fresh-{age}";
        using var owner = new PortalClient(Gateway);
        await owner.EnrolAsync(Gateway, $"{subject}@example.org", null, "support");
        Assert.Equal(HttpStatusCode.SeeOther, await RunAsync(owner, subject, claims => claims["auth_time"] = Ago(10)));
        Assert.Contains("prompt=login&max_age=0", _asked, StringComparison.Ordinal);

        JsonNode old = age == "400" ? Ago(400) : age;
        Assert.Equal(
            HttpStatusCode.Unauthorized,
            await RunAsync(owner, subject, claims => claims["auth_time"] = old.DeepClone()));

        Assert.Equal(HttpStatusCode.Unauthorized, await RunAsync(owner, subject, claims => claims.Remove("auth_time")));

        // A sign-in may rest on an older one there.
        using var browser = new PortalClient(Gateway);
        Assert.Equal(
            HttpStatusCode.SeeOther, await RunAsync(browser, subject, claims => claims["auth_time"] = Ago(400)));
        Assert.DoesNotContain("prompt=", _asked, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("none")]
    [InlineData("hs256")]
    [InlineData("iss")]
    [InlineData("aud")]
    [InlineData("expired")]
    [InlineData("future")]
    [InlineData("nonce")]
    [InlineData("no-nonce")]
    [InlineData("kid")]
    [InlineData("jku")]
    [InlineData("state")]
    [InlineData("verifier")]
    [InlineData("mix-up")]
    public async Task Attack_31_a_token_that_is_not_the_issuers_word_to_us_now_opens_nothing(string fault)
    {
        var subject = "faulty-" + fault;
        using var owner = new PortalClient(Gateway);
        await owner.EnrolAsync(Gateway, $"{subject}@example.org", null, "support");
        Assert.Equal(HttpStatusCode.SeeOther, await RunAsync(owner, subject));

        using var browser = new PortalClient(Gateway);
        Assert.Equal(HttpStatusCode.Unauthorized, await RunAsync(browser, subject, fault: fault));
        Assert.Equal(HttpStatusCode.SeeOther, (await browser.GetAsync("/account")).StatusCode);
        Assert.Empty(fixture.Strays);
    }

    private async Task<HttpStatusCode> RunAsync(
        PortalClient browser, string subject, Action<JsonObject>? change = null, string fault = "")
    {
        await browser.GetAsync("/account");
        if (browser.Token.Length == 0)
        {
            await browser.GetAsync("/sign-in");
        }

        using var begun = await browser.PostAsync("/sign-in/oidc/0", ("returnUrl", "/account"));
        Assert.Equal(HttpStatusCode.OK, begun.StatusCode);
        _asked = WebUtility.HtmlDecode(Address().Match(browser.Page).Groups["to"].Value);
        var sent = QueryHelpers.ParseQuery(new Uri(_asked).Query);
        Assert.Equal("S256", sent["code_challenge_method"]);
        var code = Convert.ToHexString(RandomNumberGenerator.GetBytes(8));
        fixture.Codes[code] = (
            Token(subject, sent["nonce"]!, change, fault), fault == "verifier" ? "other" : sent["code_challenge"]!);
        var state = fault == "state" ? "other" : sent["state"].ToString();
        var iss = fault == "mix-up" ? "&iss=https%3A%2F%2Fother.example" : "";
        using var end = await browser.GetAsync($"/sign-in/oidc?code={code}&state={Uri.EscapeDataString(state)}{iss}");
        return end.StatusCode;
    }

    private static long Ago(int seconds) => TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() - seconds;

    private string Token(string subject, string nonce, Action<JsonObject>? change, string fault)
    {
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        var claims = new JsonObject
        {
            ["iss"] = fault == "iss" ? "https://other.example" : OidcFixture.Issuer,
            ["aud"] = fault == "aud" ? "other" : OidcFixture.Client,
            ["sub"] = subject,
            ["exp"] = fault == "expired" ? now - 120 : now + 600,
            ["auth_time"] = now,
            ["nonce"] = fault == "nonce" ? "other" : nonce,
        };
        if (fault == "future")
        {
            claims["nbf"] = now + 300;
        }

        if (fault == "no-nonce")
        {
            claims.Remove("nonce");
        }

        change?.Invoke(claims);
        var header = new JsonObject
        {
            ["alg"] = fault == "none" ? "none" : fault == "hs256" ? "HS256" : "RS256",
            ["kid"] = fault == "kid" ? "../../etc/passwd" : fault == "jku" ? "elsewhere" : "k",
        };
        if (fault == "jku")
        {
            header["jku"] = $"{fixture.StraysAt}/stray";
        }

        return fixture.Signed(header, claims, isEmpty: fault == "none");
    }

    [GeneratedRegex("href=\"(?<to>http://127[^\"]+)\"")]
    private static partial Regex Address();
}
