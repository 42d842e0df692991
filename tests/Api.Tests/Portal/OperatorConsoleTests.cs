using System.Net;
using Gateway.Api.Access;
using Gateway.Api.Audit;
using Gateway.Api.Operators;
using Gateway.Api.Portal;
using Gateway.Api.Tests.Http;
using Gateway.Core;
using Gateway.Router;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Gateway.Api.Tests.Portal;

/// <summary>The operator's console: who sees it, who may do what, and that what is said there holds.</summary>
public sealed class OperatorConsoleTests(PortalFixture fixture) : IClassFixture<PortalFixture>
{
    private InProcessGateway Gateway => fixture.Gateway;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private IEnumerable<RouteEndpoint> Endpoints => Gateway.Services.GetRequiredService<EndpointDataSource>().Endpoints
        .OfType<RouteEndpoint>().Where(endpoint => endpoint.Metadata.GetMetadata<PortalMark>() is not null
            && endpoint.RoutePattern.RawText!.StartsWith("/operator", StringComparison.Ordinal));

    [Fact]
    public async Task To_others_no_page_and_no_form_of_the_console_is_there()
    {
        using var nobody = Reader(Gateway);
        await nobody.GetAsync("/sign-in");
        using var owner = Reader(Gateway);
        await owner.SignInAsync(Gateway);
        await owner.GetAsync("/overview");
        Assert.DoesNotContain("/operator", owner.Page, StringComparison.Ordinal);
        Assert.True(Endpoints.Count() > 8);
        foreach (var endpoint in Endpoints)
        {
            var path = endpoint.RoutePattern.RawText!.Replace("{id}", "x", StringComparison.Ordinal);
            foreach (var client in (PortalClient[])[nobody, owner])
            {
                var isRead = endpoint.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods.Contains("GET");
                using var answer = await (isRead ? client.GetAsync(path) : client.PostAsync(path, ("because", "x")));
                Assert.True(answer.StatusCode == HttpStatusCode.NotFound, $"{path}: {answer.StatusCode}");
            }
        }
    }

    [Fact]
    public async Task Every_page_of_the_console_opens_for_every_role_and_after_sign_in_it_is_the_first()
    {
        using var newcomer = await OfDevNetAsync(Gateway);
        using var first = await newcomer.GetAsync("/overview");
        Assert.Equal("/operator", first.Headers.Location!.OriginalString);
        using var prices = Reader(Gateway);
        await prices.EnrolProvenAsync(Gateway, "prices@operator.example", null, "prices");
        foreach (var path in Endpoints
            .Where(endpoint => endpoint.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods.Contains("GET"))
            .Select(endpoint => endpoint.RoutePattern.RawText!)
            .Where(path => path != "/operator/approvals" && !path.Contains('{', StringComparison.Ordinal)))
        {
            foreach (var client in (PortalClient[])[newcomer, prices])
            {
                using var answer = await client.GetAsync(path);
                Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
                Assert.Contains("<main", client.Page, StringComparison.Ordinal);
                Assert.DoesNotContain("This part could not be read", client.Page, StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public async Task A_form_takes_its_role_and_a_fresh_proof_and_a_reason()
    {
        var miner = Miner(Gateway);
        using var prices = Reader(Gateway);
        await prices.EnrolProvenAsync(Gateway, "only-prices@operator.example", null, "prices");
        Assert.Equal(HttpStatusCode.NotFound, await QuarantineAsync(prices, miner.Name));

        using var byPassword = await OfDevNetAsync(Gateway);
        await byPassword.GetAsync("/operator/miners");
        using var asked = await byPassword.PostAsync(
            "/operator/miners", ("miner", miner.Name), ("act", "quarantine"), ("because", "x"));
        Assert.StartsWith("/step-up", asked.Headers.Location!.OriginalString, StringComparison.Ordinal);

        using var support = await SupportAsync(Gateway);
        Assert.Equal(HttpStatusCode.BadRequest, await QuarantineAsync(support, miner.Name, because: " "));
        Assert.Equal(HttpStatusCode.NotFound, await QuarantineAsync(support, "4/5Nobody"));
        Assert.Equal(HttpStatusCode.NotFound, await QuarantineAsync(support, miner.Name, act: "release"));
        Assert.Empty(Gateway.Services.GetRequiredService<OperatorMarks>().Current.Marks);
    }

    [Fact]
    public async Task A_miner_in_quarantine_is_asked_by_nobody_at_once_and_after_a_restart_until_it_is_released()
    {
        var gateway = await InProcessGateway.StartAsync();
        gateway.KeepsData = true;
        var miner = Miner(gateway);
        using (var support = await SupportAsync(gateway))
        {
            Assert.Equal(HttpStatusCode.SeeOther, await QuarantineAsync(support, miner.Name, "lied <b>twice</b>"));
            Assert.True(await IsQuarantinedAsync(gateway, miner.Hotkey));
            await support.GetAsync("/operator/miners?show=quarantined");
            Assert.Contains(miner.Name.Split('/')[1], support.Page, StringComparison.Ordinal);
            await support.GetAsync($"/operator/miners?miner={Uri.EscapeDataString(miner.Name)}");
            Assert.Contains("lied &lt;b&gt;twice", support.Page, StringComparison.Ordinal);
            await support.GetAsync("/operator");
            Assert.Contains("/operator/miners?show=quarantined", support.Page, StringComparison.Ordinal);
        }

        var directory = gateway.DataDirectory;
        await gateway.DisposeAsync();
        await using var again = await InProcessGateway.StartInAsync(directory, []);
        Assert.True(await IsQuarantinedAsync(again, miner.Hotkey));
        using var other = await SupportAsync(again);
        Assert.Equal(HttpStatusCode.SeeOther, await QuarantineAsync(other, miner.Name, "clean", "release"));
        Assert.False(await IsQuarantinedAsync(again, miner.Hotkey));
        Assert.Equal(["miner.quarantined", "miner.released"], await LogAsync(again, miner.Name));
    }

    [Fact]
    public async Task A_subnet_that_is_off_has_no_miner_that_is_asked_until_it_is_on_again()
    {
        await using var gateway = await InProcessGateway.StartAsync();
        var source = gateway.Services.GetRequiredService<IUpstreamSource>();
        var before = source.Current.Upstreams.Count(upstream => upstream.NetUid == new NetUid(4));
        using var support = await SupportAsync(gateway);
        Assert.Equal(HttpStatusCode.SeeOther, await SwitchAsync(support, "4", "disable"));

        Assert.DoesNotContain(source.Current.Upstreams, upstream => upstream.NetUid == new NetUid(4));
        using var refused = await gateway.PostChatAsync(
            """{"model":"devnet-large","messages":[{"role":"user","content":"hi"}]}""", Token);
        Assert.NotEqual(HttpStatusCode.OK, refused.StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, await SwitchAsync(support, "77", "disable"));
        Assert.Equal(HttpStatusCode.SeeOther, await SwitchAsync(support, "4", "enable"));

        Assert.Equal(before, source.Current.Upstreams.Count(upstream => upstream.NetUid == new NetUid(4)));
        using var served = await gateway.PostChatAsync(
            """{"model":"devnet-large","messages":[{"role":"user","content":"hi"}]}""", Token);
        Assert.Equal(HttpStatusCode.OK, served.StatusCode);
        Assert.Equal(["subnet.disabled", "subnet.enabled"], await LogAsync(gateway, "4"));
    }

    [Theory]
    [InlineData("hedging")]
    [InlineData("exploration")]
    [InlineData("batches")]
    public async Task A_feature_that_is_off_is_off_at_once_until_it_is_on_again(string feature)
    {
        using var support = await SupportAsync(Gateway);
        Assert.Equal(HttpStatusCode.NotFound, await TurnAsync(support, "billing", "disable"));
        Assert.Equal((true, true, HttpStatusCode.BadRequest), await FeaturesAsync());
        Assert.Equal(HttpStatusCode.SeeOther, await TurnAsync(support, feature, "disable"));

        Assert.Equal(
            (feature != "exploration", feature != "hedging",
                feature == "batches" ? HttpStatusCode.ServiceUnavailable : HttpStatusCode.BadRequest),
            await FeaturesAsync());
        await support.GetAsync("/operator");
        Assert.Contains("Features switched off: 1", support.Page, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.SeeOther, await TurnAsync(support, feature, "enable"));
        Assert.Equal((true, true, HttpStatusCode.BadRequest), await FeaturesAsync());
        Assert.Equal(["feature.disabled", "feature.enabled"], await LogAsync(Gateway, feature));
    }

    [Fact]
    public async Task A_look_at_an_organisation_stands_in_its_own_log_and_shows_no_key()
    {
        var org = (string)Gateway.DevNet["organization"]!;
        using var prices = Reader(Gateway);
        await prices.EnrolProvenAsync(Gateway, "curious@operator.example", null, "prices");
        await prices.GetAsync("/operator/organizations?find=DevNet");
        Assert.DoesNotContain(org, prices.Page, StringComparison.Ordinal);
        using var refused = await prices.PostAsync(
            "/operator/organizations", ("organization", org), ("because", "x"));
        Assert.Equal(HttpStatusCode.NotFound, refused.StatusCode);

        using var support = await SupportAsync(Gateway);
        foreach (var text in (string[])["DevNet", org, "demo@devnet.invalid"])
        {
            await support.GetAsync($"/operator/organizations?find={Uri.EscapeDataString(text)}");
            Assert.Contains(org, support.Page, StringComparison.Ordinal);
        }

        await support.GetAsync("/operator/organizations?find=nobody");
        Assert.Contains("No such organization", support.Page, StringComparison.Ordinal);
        using var silent = await support.PostAsync("/operator/organizations", ("organization", org), ("because", ""));
        Assert.Equal(HttpStatusCode.BadRequest, silent.StatusCode);
        Assert.Empty(await LooksAsync(org));
        using var seen = await support.PostAsync(
            "/operator/organizations", ("organization", org), ("because", "ticket 7"));

        Assert.Equal(HttpStatusCode.OK, seen.StatusCode);
        Assert.Contains("demo@devnet.invalid", support.Page, StringComparison.Ordinal);
        Assert.DoesNotContain((string)Gateway.DevNet["apiKey"]!, support.Page, StringComparison.Ordinal);
        Assert.Contains("ticket 7", Assert.Single(await LooksAsync(org)), StringComparison.Ordinal);
        using var owner = Reader(Gateway);
        await owner.SignInAsync(Gateway);
        await owner.GetAsync("/settings/audit");
        Assert.Contains("organization.viewed_by_operator", owner.Page, StringComparison.Ordinal);
    }

    private async Task<List<string?>> LooksAsync(string org)
    {
        await using var db = await Gateway.Services.GetRequiredService<IDbContextFactory<AccessDb>>()
            .CreateDbContextAsync(Token);
        return await db.Audit.Where(row => row.Target == org && row.Type == "organization.viewed_by_operator")
            .Select(row => row.Data).ToListAsync(Token);
    }

    private static async Task<HttpStatusCode> TurnAsync(PortalClient client, string feature, string act)
    {
        await client.GetAsync("/operator/replicas");
        using var answer = await client.PostAsync(
            "/operator/replicas", ("feature", feature), ("act", act), ("because", "load"));
        return answer.StatusCode;
    }

    // What the router reads on every request, and what a batch that is not whole is answered.
    private async Task<(bool Explores, bool Hedges, HttpStatusCode Batch)> FeaturesAsync()
    {
        var snapshot = Gateway.Services.GetRequiredService<IUpstreamSource>().Current;
        using var body = new StringContent("{}", System.Text.Encoding.UTF8, "application/json");
        using var answer = await Gateway.Client.PostAsync(new Uri("v1/batches", UriKind.Relative), body, Token);
        return (snapshot.Explores, snapshot.Hedges, answer.StatusCode);
    }

    private static PortalClient Reader(InProcessGateway gateway)
    {
        var client = new PortalClient(gateway);
        client.Http.DefaultRequestHeaders.Accept.ParseAdd("text/html");
        return client;
    }

    private static async Task<PortalClient> SupportAsync(InProcessGateway gateway)
    {
        var client = Reader(gateway);
        await client.EnrolProvenAsync(gateway, $"help-{Guid.CreateVersion7():N}@operator.example", null, "support");
        return client;
    }

    private static async Task<PortalClient> OfDevNetAsync(InProcessGateway gateway)
    {
        var client = Reader(gateway);
        await client.GetAsync("/sign-in");
        using var answer = await client.PostAsync(
            "/sign-in", ("email", (string)gateway.DevNet["operatorLogin"]!["email"]!),
            ("password", (string)gateway.DevNet["operatorLogin"]!["password"]!), ("returnUrl", "/overview"));
        Assert.Equal("/overview", answer.Headers.Location!.OriginalString);
        return client;
    }

    private static async Task<HttpStatusCode> QuarantineAsync(
        PortalClient client, string miner, string because = "lied", string act = "quarantine")
    {
        await client.GetAsync("/operator/miners");
        using var answer = await client.PostAsync(
            "/operator/miners", ("miner", miner), ("act", act), ("because", because));
        return answer.StatusCode;
    }

    private static async Task<HttpStatusCode> SwitchAsync(PortalClient client, string subnet, string act)
    {
        await client.GetAsync("/operator/subnets");
        using var answer = await client.PostAsync(
            "/operator/subnets", ("subnet", subnet), ("act", act), ("because", "upkeep"));
        return answer.StatusCode;
    }

    private static (string Name, string Hotkey) Miner(InProcessGateway gateway)
    {
        var hotkey = (string)gateway.DevNet["miners"]![0]!["hotkey"]!;
        return ($"4/{hotkey}", hotkey);
    }

    // As the gate sees it: what it may choose from, and what it says of a wish for this miner alone.
    private static async Task<bool> IsQuarantinedAsync(InProcessGateway gateway, string hotkey)
    {
        var upstreams = gateway.Services.GetRequiredService<IUpstreamSource>().Current.Upstreams
            .Where(upstream => upstream.Hotkey == new Hotkey(hotkey)).ToList();
        Assert.NotEmpty(upstreams);
        var isMarked = upstreams.TrueForAll(upstream => upstream.IsQuarantined);
        var model = upstreams.Find(upstream => upstream.Task == ModelTask.Chat)!.Model.Value;
        using var answer = await gateway.PostChatAsync(
            $$"""
            {"model":"{{model}}","messages":[{"role":"user","content":"hi"}],
             "routing":{"only":["{{hotkey}}"],"fallback":false} }
            """, Token);
        var text = await answer.Content.ReadAsStringAsync(Token);
        Assert.True(
            isMarked == text.Contains("quarantined", StringComparison.Ordinal),
            $"{isMarked}: {answer.StatusCode} {text}");
        return isMarked;
    }

    private static async Task<List<string>> LogAsync(InProcessGateway gateway, string target)
    {
        await using var db = await gateway.Services.GetRequiredService<IDbContextFactory<AccessDb>>()
            .CreateDbContextAsync(Token);
        return await db.Audit.Where(row => row.Org == AuditTrail.Operator.Value && row.Target == target)
            .OrderBy(row => row.Seq).Select(row => row.Type).ToListAsync(Token);
    }
}
