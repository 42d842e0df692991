using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Gateway.Api.Tests.Http;
using Gateway.Billing;
using Gateway.Core;
using Microsoft.Extensions.DependencyInjection;

namespace Gateway.Api.Tests.Portal;

/// <summary>Prices by the console: a look at what they mean, then one person or two.</summary>
public sealed partial class OperatorPricesTests(PortalFixture fixture) : IClassFixture<PortalFixture>
{
    private const string Model = "devnet-large";

    private InProcessGateway Gateway => fixture.Gateway;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private PriceDesk Desk => Gateway.Services.GetRequiredService<PriceDesk>();

    [Fact]
    public async Task A_small_step_takes_one_person_and_a_large_one_two_of_whom_none_is_the_first()
    {
        using var ann = await PersonAsync("ann");
        using var ben = await PersonAsync("ben");
        var output = await OutputAsync();
        var twice = Times(output, 2);
        Assert.Equal("/operator/prices?done=set", await SetAsync(ann, twice, "demand"));
        Assert.Equal(twice, await OutputAsync());

        var large = Times(output, 20);
        await LookAsync(ann, large);
        Assert.Contains("waits for a second person", ann.Page, StringComparison.Ordinal);
        Assert.Equal("/operator/prices?done=pending", await SetAsync(ann, large, "much demand"));
        Assert.Equal(twice, await OutputAsync());

        // Who proposed sees no button, and what he sends all the same is refused.
        await ann.GetAsync("/operator/prices");
        Assert.DoesNotContain("Approve these prices", ann.Page, StringComparison.Ordinal);
        var id = (await Desk.WaitingAsync(Token)).Single().Id;
        Assert.Equal(HttpStatusCode.BadRequest, await ApproveAsync(ann, id));
        Assert.Contains("another person must approve", ann.Page, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, await ApproveAsync(ben, new string('0', 64)));
        Assert.Equal(HttpStatusCode.SeeOther, await ApproveAsync(ben, id));

        Assert.Equal(large, await OutputAsync());
        await ben.GetAsync("/operator/prices");
        var text = WebUtility.HtmlDecode(ben.Page);
        Assert.Contains("ann@prices.example", text, StringComparison.Ordinal);
        Assert.Contains("much demand", text, StringComparison.Ordinal);
        Assert.DoesNotContain("Approve these prices", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_effect_is_reckoned_from_what_was_used_before_anything_is_set()
    {
        using var asked = await Gateway.PostChatAsync(
            $$"""{"model":"{{Model}}","messages":[{"role":"user","content":"What is 2 + 2?"}]}""", Token);
        Assert.Equal(HttpStatusCode.OK, asked.StatusCode);
        using var person = await PersonAsync("cas");
        var before = await OutputAsync();
        var until = TimeProvider.System.GetUtcNow() + TimeSpan.FromSeconds(60);
        PriceEffect effect;
        do
        {
            Assert.True(TimeProvider.System.GetUtcNow() < until, "The books do not know of the request.");
            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, Token);
            effect = (await Desk.OutlookAsync(
                Encoding.UTF8.GetBytes(await Desk.ExportAsync(Token)), Token)).Effects
                .Single(one => one.Model.Value == Model);
        }
        while (effect.Requests == 0);
        Assert.Equal(effect.Now, effect.Then);

        await LookAsync(person, Times(before, 2));

        Assert.Contains("reckoned anew from what requests used", person.Page, StringComparison.Ordinal);
        Assert.Equal(before, await OutputAsync());
    }

    [Theory]
    [InlineData("-1")]
    [InlineData("abc")]
    [InlineData("1,5")]
    public async Task A_wrong_price_is_told_and_changes_nothing(string price)
    {
        using var person = await PersonAsync("dan");
        var before = await OutputAsync();
        await LookAsync(person, price);
        Assert.Contains("must be decimal text", WebUtility.HtmlDecode(person.Page), StringComparison.Ordinal);

        await person.GetAsync("/operator/prices");
        using var answer = await person.PostAsync(
            "/operator/prices", ("act", "set"), ("because", "x"),
            ("file", $$"""{"currency":"USD","models":{"{{Model}}":{"output_per_million_tokens":"{{price}}"} } }"""));
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal(before, await OutputAsync());
    }

    [Fact]
    public async Task Other_roles_see_prices_and_set_none()
    {
        using var support = new PortalClient(Gateway);
        await support.EnrolProvenAsync(Gateway, "support@prices.example", null, "support");
        await support.GetAsync($"/operator/prices?model={Model}&input_per_million_tokens=1");
        Assert.DoesNotContain("Set these prices", support.Page, StringComparison.Ordinal);
        using var answer = await support.PostAsync(
            "/operator/prices", ("act", "set"), ("file", "{}"), ("because", "x"));
        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }

    private static string Times(string price, int factor)
    {
        Assert.True(TokenPrice.TryParseUsdPerMillion(price, out var one));
        return new TokenPrice(one.PicoUsd * factor).ToUsdPerMillion();
    }

    private async Task<PortalClient> PersonAsync(string name)
    {
        var client = new PortalClient(Gateway);
        client.Http.DefaultRequestHeaders.Accept.ParseAdd("text/html");
        await client.EnrolProvenAsync(Gateway, $"{name}@prices.example", null, "prices");
        return client;
    }

    private async Task<JsonObject> PricesAsync() =>
        JsonNode.Parse(await Desk.ExportAsync(Token))!["models"]![Model]!.AsObject();

    private async Task<string> OutputAsync() => (string)(await PricesAsync())["output_per_million_tokens"]!;

    private async Task LookAsync(PortalClient client, string output)
    {
        var query = string.Join('&', (await PricesAsync()).Select(part =>
            $"{part.Key}={(part.Key == "output_per_million_tokens" ? output : part.Value!.ToString())}"));
        using var answer = await client.GetAsync($"/operator/prices?model={Model}&{query}");
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    // As a person does: looks, and sends the form that stands under the effect.
    private async Task<string> SetAsync(PortalClient client, string output, string because)
    {
        await LookAsync(client, output);
        var file = WebUtility.HtmlDecode(FileField().Match(client.Page).Groups["file"].Value);
        using var answer = await client.PostAsync(
            "/operator/prices", ("act", "set"), ("file", file), ("because", because));
        return answer.Headers.Location!.OriginalString;
    }

    private static async Task<HttpStatusCode> ApproveAsync(PortalClient client, string id)
    {
        await client.GetAsync("/operator/prices");
        using var answer = await client.PostAsync(
            "/operator/prices", ("act", "approve"), ("id", id), ("because", "seen"));
        return answer.StatusCode;
    }

    [GeneratedRegex("name=\"file\" value=\"(?<file>[^\"]+)\"")]
    private static partial Regex FileField();
}
