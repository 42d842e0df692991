using System.Net;
using System.Text.RegularExpressions;
using Gateway.Api.Access;
using Gateway.Api.Audit;
using Gateway.Api.OpenApi;
using Gateway.Api.Portal;
using Gateway.Api.Tests.Http;
using Gateway.Core;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Gateway.Api.Tests.Portal;

public sealed partial class PortalPagesTests(PortalFixture fixture) : IClassFixture<PortalFixture>
{
    private static readonly string[] Open =
    [
        "/", "/favicon.ico", "/governance", "/guide", "/miners", "/models", "/network", "/sign-in", "/status",
        "/status.rss", "/trust",
    ];

    private static readonly string[] Own =
        ["/activity", "/billing", "/keys", "/overview", "/playground", "/settings", "/usage"];

    private InProcessGateway Gateway => fixture.Gateway;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private IEnumerable<RouteEndpoint> Endpoints => Gateway.Services.GetRequiredService<EndpointDataSource>().Endpoints
        .OfType<RouteEndpoint>().Where(endpoint => endpoint.Metadata.GetMetadata<PortalMark>() is not null);

    [Fact]
    public async Task Without_a_session_every_page_but_the_open_ones_leads_to_sign_in()
    {
        using var client = new PortalClient(Gateway);
        var opened = new List<string>();
        foreach (var path in Endpoints.Where(IsRead).Select(PathOf))
        {
            using var answer = await client.GetAsync(path);
            if (answer.StatusCode == HttpStatusCode.OK)
            {
                opened.Add(path);
            }
            else if (Array.Exists(Own, own => path.StartsWith(own, StringComparison.Ordinal)))
            {
                Assert.StartsWith(
                    "/sign-in?returnUrl=", answer.Headers.Location?.OriginalString, StringComparison.Ordinal);
            }
        }

        Assert.Empty(Open.Except(opened));
        Assert.DoesNotContain(opened, path => Array.Exists(Own, own => path.StartsWith(own, StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_form_without_a_session_changes_nothing()
    {
        using var client = new PortalClient(Gateway);
        await client.GetAsync("/sign-in");
        foreach (var path in (string[])["/keys", "/billing/top-up", "/playground/key", "/settings/projects"])
        {
            using var answer = await client.PostAsync(path, ("name", "intruder"), ("amount", "5"));
            Assert.Equal(HttpStatusCode.SeeOther, answer.StatusCode);
            Assert.StartsWith("/sign-in", answer.Headers.Location!.OriginalString, StringComparison.Ordinal);
        }

        using var signed = await SignedAsync();
        await signed.GetAsync("/keys");
        Assert.DoesNotContain("intruder", signed.Page, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/activity/req_00000000000070008000000000000000")]
    [InlineData("/activity/nonsense")]
    [InlineData("/activity/req_00000000000070008000000000000000/receipt.json")]
    [InlineData("/billing/top-up/top_00000000000070008000000000000000")]
    [InlineData("/billing/top-up/x")]
    [InlineData("/billing/top-up/x/events")]
    [InlineData("/billing/invoices/1999-01")]
    [InlineData("/billing/invoices/now")]
    public async Task What_is_not_ours_to_see_is_not_there(string path)
    {
        using var client = await SignedAsync();
        using var answer = await client.GetAsync(path);

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.Contains("There is no such page", client.Page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_page_has_a_script_or_a_style_of_its_own_and_all_say_where_scripts_may_come_from()
    {
        using var client = await SignedAsync();
        foreach (var path in Endpoints.Where(IsRead).Select(PathOf).Where(
            path => !path.Contains('{', StringComparison.Ordinal)
                && path is not ("/favicon.ico" or "/usage.csv" or "/status.rss")))
        {
            using var answer = await client.GetAsync(path);
            if (answer.StatusCode == HttpStatusCode.OK)
            {
                Assert.Contains("<main", client.Page, StringComparison.Ordinal);
                Assert.DoesNotMatch(Inline(), client.Page);
                Assert.Contains("default-src 'self'",
                    string.Concat(answer.Headers.GetValues("Content-Security-Policy")), StringComparison.Ordinal);
                Assert.DoesNotContain("This part could not be read", client.Page, StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public async Task A_name_with_markup_is_shown_as_it_was_typed()
    {
        const string name = "<script>alert(1)</script>\"'\u202e&";
        using var client = await SignedAsync();
        await client.GetAsync("/keys");
        using var answer = await client.PostAsync("/keys", ("name", name), ("cap", ""), ("period", "month"));

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.DoesNotContain("<script>alert", client.Page, StringComparison.Ordinal);
        await client.GetAsync("/keys");
        Assert.DoesNotContain("<script>alert", client.Page, StringComparison.Ordinal);
        Assert.Contains(name, WebUtility.HtmlDecode(client.Page), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_is_shown_once_rotated_and_disabled_by_its_name()
    {
        using var client = await SignedAsync();
        await client.GetAsync("/keys");
        using var created = await client.PostAsync("/keys", ("name", "turn"), ("cap", "2.5"), ("period", "day"));
        var old = KeyText().Match(client.Page).Value;
        Assert.Equal(HttpStatusCode.OK, await CallAsync(old));
        await client.GetAsync("/keys");
        Assert.DoesNotContain(old, client.Page, StringComparison.Ordinal);

        var id = KeyIdOf(client.Page, "turn");
        using var rotated = await client.PostAsync($"/keys/{id}/rotate", ("overlap", "1"));
        var fresh = KeyText().Match(client.Page).Value;
        Assert.NotEqual(old, fresh);
        Assert.Equal(HttpStatusCode.OK, await CallAsync(old));
        Assert.Equal(HttpStatusCode.OK, await CallAsync(fresh));

        using var wrong = await client.PostAsync($"/keys/{id}/disable", ("confirm", "another name"));
        Assert.Equal(HttpStatusCode.BadRequest, wrong.StatusCode);
        Assert.Equal(HttpStatusCode.OK, await CallAsync(old));
        using var right = await client.PostAsync($"/keys/{id}/disable", ("confirm", "turn"));
        Assert.Equal(HttpStatusCode.SeeOther, right.StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, await CallAsync(old));
        Assert.Equal(HttpStatusCode.OK, await CallAsync(fresh));
    }

    [Theory]
    [InlineData("name", "", "cap", "1")]
    [InlineData("name", "x", "cap", "-1")]
    [InlineData("name", "x", "cap", "1e9")]
    [InlineData("name", "x", "cap", "abc")]
    public async Task A_wrong_field_makes_no_key(string first, string one, string second, string two)
    {
        using var client = await SignedAsync();
        await client.GetAsync("/keys");
        using var answer = await client.PostAsync("/keys", (first, one), (second, two), ("period", "month"));

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.DoesNotMatch(KeyText(), client.Page);
        Assert.Contains("role=\"alert\"", client.Page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_organisations_keys_and_top_ups_are_not_there()
    {
        var access = Gateway.Services.GetRequiredService<AccessStore>();
        var stranger = await access.CreateOrganizationAsync("Strangers", "stranger@example.org");
        var project = await Gateway.Services.GetRequiredService<ProjectStore>().DefaultAsync(stranger);
        var key = (await Gateway.Services.GetRequiredService<KeyStore>().CreateAsync(
            project, new("theirs", KeyScopesText.Default, null, null, default, null), Actor.Console))!.Value;

        using var client = await SignedAsync();
        await client.GetAsync("/keys");
        Assert.DoesNotContain("theirs", client.Page, StringComparison.Ordinal);
        using var answer = await client.PostAsync($"/keys/{new KeyId(key.Row.Id)}/disable", ("confirm", "theirs"));

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.Equal(HttpStatusCode.OK, await CallAsync(key.Text));
    }

    [Theory]
    [InlineData("pt", "Visão geral")]
    [InlineData("es", "Resumen")]
    public async Task A_language_stays_until_another_is_chosen(string language, string title)
    {
        using var client = await SignedAsync();
        await client.GetAsync("/overview");
        using var answer = await client.PostAsync("/preferences", ("language", language), ("returnUrl", "/overview"));
        Assert.Equal("/overview", answer.Headers.Location!.OriginalString);

        await client.GetAsync("/overview");
        Assert.Contains($"<html lang=\"{language}\"", client.Page, StringComparison.Ordinal);
        Assert.Contains(title, WebUtility.HtmlDecode(client.Page), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_receipt_that_was_changed_does_not_hold()
    {
        using var client = await SignedAsync();
        using var asked = await Gateway.PostChatAsync(
            """{"model":"devnet-large","messages":[{"role":"user","content":"What is 2 + 2?"}]}""", Token);
        var id = asked.Headers.GetValues("x-gateway-receipt").Single();
        await client.GetAsync($"/activity/{id}/receipt.json");
        var receipt = client.Page;
        await client.GetAsync("/trust");

        await client.PostAsync("/trust", ("receipt", receipt));
        Assert.Contains("The receipt holds", client.Page, StringComparison.Ordinal);
        var changed = receipt.Replace("devnet-large", "devnet-small", StringComparison.Ordinal);
        await client.PostAsync("/trust", ("receipt", changed));
        Assert.Contains("does not hold", client.Page, StringComparison.Ordinal);
        await client.PostAsync("/trust", ("receipt", "{}"));
        Assert.Contains("does not hold", client.Page, StringComparison.Ordinal);
    }

    private static bool IsRead(RouteEndpoint endpoint) =>
        endpoint.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods.Contains("GET");

    private static string PathOf(RouteEndpoint endpoint) => DocumentWriter.PathOf(endpoint.RoutePattern);

    private static string KeyIdOf(string page, string name) => KeyLink().Matches(page)
        .First(match => match.Groups["name"].Value == name).Groups["id"].Value;

    private async Task<PortalClient> SignedAsync()
    {
        var client = new PortalClient(Gateway);
        client.Http.DefaultRequestHeaders.Accept.ParseAdd("text/html");
        await client.SignInAsync(Gateway);
        return client;
    }

    private async Task<HttpStatusCode> CallAsync(string key)
    {
        using var client = Gateway.CreateClient(key);
        using var answer = await client.GetAsync(new Uri("v1/models", UriKind.Relative), Token);
        return answer.StatusCode;
    }

    [GeneratedRegex("<script(?![^>]* src=)|<style| style=\"| on[a-z]+=\"")]
    private static partial Regex Inline();

    [GeneratedRegex("gw-[0-9A-Za-z]{36}")]
    private static partial Regex KeyText();

    [GeneratedRegex("href=\"/activity\\?key=(?<id>key_[0-9a-f]{32})\">(?<name>[^<]*)<")]
    private static partial Regex KeyLink();
}
