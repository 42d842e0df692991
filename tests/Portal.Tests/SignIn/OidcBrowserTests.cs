using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Gateway.Portal.Tests.SignIn;

/// <summary>The program with an issuer on this machine, who knows one person.</summary>
public sealed class IssuerFixture : IAsyncLifetime
{
    private const string Issuer = "https://issuer.example";
    private const string Client = "gateway-portal";

    private readonly RSA _key = RSA.Create(2048);
    private readonly ConcurrentDictionary<string, (string Nonce, string Challenge)> _codes = new();

    private WebApplication? _issuer;
    private PortalBrowser? _browser;

    internal PortalBrowser Browser => _browser!;

    /// <summary>Who the issuer says is there.</summary>
    internal string Subject { get; set; } = "somebody";

    public async ValueTask InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        _issuer = builder.Build();
        _issuer.Urls.Add("http://127.0.0.1:0");
        _issuer.MapGet("/authorize", Authorize);
        _issuer.MapPost("/token", RedeemAsync);
        _issuer.MapGet("/keys", () => Keys().ToJsonString());
        await _issuer.StartAsync();
        var root = _issuer.Urls.First();
        _browser = new PortalBrowser(
        [
            $"--Gateway:Portal:Oidc:0:Issuer={Issuer}", $"--Gateway:Portal:Oidc:0:ClientId={Client}",
            "--Gateway:Portal:Oidc:0:Name=Example", $"--Gateway:Portal:Oidc:0:AuthorizeUrl={root}/authorize",
            $"--Gateway:Portal:Oidc:0:TokenUrl={root}/token", $"--Gateway:Portal:Oidc:0:KeysUrl={root}/keys",
        ]);
        await _browser.InitializeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null)
        {
            await _browser.DisposeAsync();
        }

        await _issuer!.DisposeAsync();
        _key.Dispose();
    }

    // Its person is always signed in there and always agrees.
    private IResult Authorize(HttpContext context)
    {
        var query = context.Request.Query;
        var code = Convert.ToHexString(RandomNumberGenerator.GetBytes(8));
        _codes[code] = (query["nonce"].ToString(), query["code_challenge"].ToString());
        return Results.Redirect(
            $"{query["redirect_uri"]}?code={code}&state={Uri.EscapeDataString(query["state"].ToString())}");
    }

    private async Task RedeemAsync(HttpContext context)
    {
        var form = await context.Request.ReadFormAsync();
        var verifier = SHA256.HashData(Encoding.ASCII.GetBytes(form["code_verifier"].ToString()));
        if (!_codes.TryRemove(form["code"].ToString(), out var known)
            || known.Challenge != Base64Url.EncodeToString(verifier) || form["client_id"] != Client)
        {
            context.Response.StatusCode = StatusCodes.Status400BadRequest;
            return;
        }

        await context.Response.WriteAsJsonAsync(new { id_token = Token(known.Nonce), token_type = "Bearer" });
    }

    private string Token(string nonce)
    {
        var head = new JsonObject { ["alg"] = "RS256", ["kid"] = "k" };
        var claims = new JsonObject
        {
            ["iss"] = Issuer,
            ["aud"] = Client,
            ["sub"] = Subject,
            ["exp"] = TimeProvider.System.GetUtcNow().AddMinutes(5).ToUnixTimeSeconds(),
            ["auth_time"] = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds(),
            ["nonce"] = nonce,
        };
        var text = $"{Encoded(head)}.{Encoded(claims)}";
        var signature = _key.SignData(
            Encoding.ASCII.GetBytes(text), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        return $"{text}.{Base64Url.EncodeToString(signature)}";
    }

    private static string Encoded(JsonObject part) =>
        Base64Url.EncodeToString(Encoding.UTF8.GetBytes(part.ToJsonString()));

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

/// <summary>Sign-in by an issuer, as a browser goes there and comes back.</summary>
[Trait("Needs", "browser")]
public sealed class OidcBrowserTests(IssuerFixture issuer) : IClassFixture<IssuerFixture>
{
    private const string Button = "main button:has-text('Continue with Example')";

    [Fact]
    public async Task An_issuer_is_connected_once_and_signs_in_from_then_on_and_nobody_else_by_it()
    {
        var page = await issuer.Browser.OpenAsync();
        await page.GotoAsync("/sign-in");
        await page.ClickAsync(Button);
        await page.Locator(".notice:has-text('This did not sign you in')").WaitForAsync();

        await issuer.Browser.SignInAsync(page);
        await page.GotoAsync("/account");
        await page.ClickAsync(Button);
        await page.WaitForURLAsync("**/account");
        await page.Locator("tr[data-event='proved'] td:has-text('issuer')").First.WaitForAsync();

        await page.Context.ClearCookiesAsync();
        await page.GotoAsync("/sign-in?returnUrl=/keys");
        await page.ClickAsync(Button);
        await page.WaitForURLAsync("**/keys");

        // Another person of the same issuer is nobody here.
        await page.Context.ClearCookiesAsync();
        issuer.Subject = "somebody-else";
        await page.GotoAsync("/sign-in");
        await page.ClickAsync(Button);
        await page.Locator(".notice:has-text('This did not sign you in')").WaitForAsync();
        await page.GotoAsync("/account");
        Assert.Equal("/sign-in", new Uri(page.Url).AbsolutePath);
        await page.Context.CloseAsync();
    }
}
