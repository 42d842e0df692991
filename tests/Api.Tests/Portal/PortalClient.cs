using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using Gateway.Api.Access;
using Gateway.Api.Portal.Sessions;
using Gateway.Api.Tests.Http;
using Gateway.Core;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Gateway.Api.Tests.Portal;

/// <summary>A browser, as far as sign-in sees one: cookies, forms with their token, and the headers that say which
/// site a request comes from. It follows no redirects.</summary>
internal sealed partial class PortalClient : IDisposable
{
    private readonly SocketsHttpHandler _handler = new() { AllowAutoRedirect = false, UseCookies = true };

    public PortalClient(InProcessGateway gateway)
    {
        var api = new Uri((string)gateway.DevNet["baseUrl"]!);
        Root = new Uri($"http://localhost:{api.Port}/");
#pragma warning disable RS0030 // A test's client talks to one loopback server and dies with the test.
        Http = new HttpClient(_handler) { BaseAddress = Root, Timeout = TimeSpan.FromSeconds(60) };
#pragma warning restore RS0030
    }

    public Uri Root { get; }

    public HttpClient Http { get; }

    /// <summary>The token of the page that was last read.</summary>
    public string Token { get; set; } = "";

    /// <summary>What the page that was last read or answered says.</summary>
    public string Page { get; private set; } = "";

    public CookieCollection Cookies => _handler.CookieContainer.GetCookies(Root);

    public async Task<HttpResponseMessage> GetAsync(string path) =>
        await SendAsync(new HttpRequestMessage(HttpMethod.Get, new Uri(path, UriKind.Relative)));

    /// <summary>Posts a form as a page of the portal does.</summary>
    public Task<HttpResponseMessage> PostAsync(string path, params (string Name, string Value)[] fields) =>
        PostAsync(path, _ => { }, fields);

    /// <summary>The same, changed before it is sent.</summary>
    public Task<HttpResponseMessage> PostAsync(
        string path, Action<HttpRequestMessage> change, params (string Name, string Value)[] fields)
    {
        var pairs = fields.Append((FormToken.Field, Token))
            .Select(field => KeyValuePair.Create(field.Item1, field.Item2));
        var request = new HttpRequestMessage(HttpMethod.Post, new Uri(path, UriKind.Relative))
        {
            Content = new FormUrlEncodedContent(pairs),
        };
        request.Headers.Add("Sec-Fetch-Site", "same-origin");
        change(request);
        return SendAsync(request);
    }

    /// <summary>Posts JSON as the portal's module does.</summary>
    public Task<HttpResponseMessage> PostJsonAsync(string path, string json)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, new Uri(path, UriKind.Relative))
        {
            Content = new StringContent(json, Encoding.UTF8, "application/json"),
        };
        request.Headers.Add("Sec-Fetch-Site", "same-origin");
        request.Headers.Add(FormToken.Header, Token);
        return SendAsync(request);
    }

    /// <summary>Makes a person by a link as a command prints one, and is signed in as him.</summary>
    public async Task EnrolAsync(InProcessGateway gateway, string email, OrgId? org, string role)
    {
        var link = await gateway.Services.GetRequiredService<SetupLinks>().CreateAsync(email, org, role);
        await GetAsync($"/setup/{link}");
        using var answer = await PostAsync($"/setup/{link}");
        Assert.Equal("/account", answer.Headers.Location!.OriginalString);
        await GetAsync("/account");
    }

    /// <summary>The same for somebody who proved himself just now, which a link does not.</summary>
    public async Task EnrolProvenAsync(InProcessGateway gateway, string email, OrgId? org, string role)
    {
        await EnrolAsync(gateway, email, org, role);
        var contexts = gateway.Services.GetRequiredService<IDbContextFactory<PersonDb>>();
        await using var db = await contexts.CreateDbContextAsync(TestContext.Current.CancellationToken);
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
        await db.Sessions.Where(row => db.Users.Any(person => person.Id == row.Person && person.Email == email))
            .ExecuteUpdateAsync(
                row => row.SetProperty(session => session.SteppedUpAt, now), TestContext.Current.CancellationToken);
    }

    /// <summary>Signs in by devnet.json's login.</summary>
    public async Task SignInAsync(InProcessGateway gateway, string path = "/sign-in", string back = "/account")
    {
        await GetAsync(path);
        using var answer = await PostAsync(
            "/sign-in", ("email", (string)gateway.DevNet["portalLogin"]!["email"]!),
            ("password", (string)gateway.DevNet["portalLogin"]!["password"]!), ("returnUrl", back));
        Assert.Equal(HttpStatusCode.SeeOther, answer.StatusCode);
    }

    public void Dispose()
    {
        Http.Dispose();
        _handler.Dispose();
    }

    private async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request)
    {
        var answer = await Http.SendAsync(request, TestContext.Current.CancellationToken);
        Page = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        if (TokenField().Match(Page) is { Success: true } match)
        {
            Token = match.Groups["token"].Value;
        }

        return answer;
    }

    [GeneratedRegex("name=\"form-token\" value=\"(?<token>[^\"]+)\"")]
    private static partial Regex TokenField();
}
