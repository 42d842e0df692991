using System.Net;
using System.Xml.Linq;
using Gateway.Api.Portal.Watch;
using Gateway.Api.Tests.Http;
using Gateway.Router;
using Microsoft.Extensions.DependencyInjection;

namespace Gateway.Api.Tests.Portal;

/// <summary>Pages of one model, miner and subnet, what the chain tells as a whole, and how parts did.</summary>
public sealed class DetailPagesTests(PortalFixture fixture) : IClassFixture<PortalFixture>
{
    private InProcessGateway Gateway => fixture.Gateway;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("/models/devnet-large", "average work")]
    [InlineData("/models/devnet-embed", "/embeddings")]
    [InlineData("/models?task=Embeddings", "devnet-embed")]
    [InlineData("/models?q=nobody", "No model fits")]
    [InlineData("/miners", "unproven")]
    [InlineData("/network", "All subnets")]
    [InlineData("/governance", "Our own prices")]
    [InlineData("/status", "Last 90 days")]
    public async Task A_page_tells_what_it_is_for(string path, string text)
    {
        await ReadAsync();
        using var client = Client();
        using var answer = await client.GetAsync(path);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Contains(text, WebUtility.HtmlDecode(client.Page), StringComparison.Ordinal);
        Assert.DoesNotContain("This part could not be read", client.Page, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/models/nobody")]
    [InlineData("/models/<script>")]
    [InlineData("/network/65000")]
    [InlineData("/network/x")]
    [InlineData("/network/99999999999")]
    [InlineData("/miners/65000/1")]
    [InlineData("/miners/1/-1")]
    public async Task What_nobody_ever_saw_is_not_there(string path)
    {
        using var client = Client();
        using var answer = await client.GetAsync(path);

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.Contains("There is no such page", client.Page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_miner_that_can_be_asked_has_a_page_that_says_why_it_is_chosen()
    {
        var experts = Gateway.Services.GetRequiredService<RouteBoard>().Experts
            .Where(expert => expert is { NetUid: not null, Uid: not null }).Take(3).ToList();
        Assert.NotEmpty(experts);
        using var client = Client();
        foreach (var expert in experts)
        {
            using var answer = await client.GetAsync($"/miners/{expert.NetUid!.Value.Value}/{expert.Uid}");
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            Assert.Contains(expert.Hotkey!.Value.Ss58, client.Page, StringComparison.Ordinal);
            Assert.Contains("Why it is chosen or not", client.Page, StringComparison.Ordinal);
            using var subnet = await client.GetAsync($"/network/{expert.NetUid.Value.Value}");
            Assert.Equal(HttpStatusCode.OK, subnet.StatusCode);
        }
    }

    [Fact]
    public async Task Supply_is_the_chains_own_and_what_the_runtime_lacks_is_said()
    {
        await ReadAsync();
        var facts = Gateway.Services.GetRequiredService<NetworkWatch>().Reading!.Facts;
        Assert.True(facts.Supply!.Value.Value > 0);
        Assert.NotEmpty(facts.Subnets);
        using var client = Client();
        await client.GetAsync("/network");
        var lacks = $"not offered by this runtime (spec {facts.SpecVersion})";
        Assert.Equal(
            new[] { facts.Supply, facts.Issued, facts.Staked, facts.BlockEmission }.Any(one => one is null),
            client.Page.Contains(lacks, StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_hour_that_went_wrong_is_an_incident_on_the_page_and_in_the_feed()
    {
        var book = Gateway.Services.GetRequiredService<UptimeBook>();
        for (var i = 0; i < 20_000; i++)
        {
            book.Note(WatchedParts.Part, "deposits", isGood: false);
        }

        using var client = Client();
        await client.GetAsync("/status");
        Assert.Contains("Deposits were credited late", client.Page, StringComparison.Ordinal);

        // It is cached for everybody, so no reader's own language is in it.
        client.Http.DefaultRequestHeaders.AcceptLanguage.ParseAdd("es");
        using var feed = await client.GetAsync("/status.rss");
        Assert.Equal("application/rss+xml", feed.Content.Headers.ContentType!.MediaType);
        var items = XDocument.Parse(client.Page).Root!.Element("channel")!.Elements("item").ToList();
        Assert.Contains(items, item => item.Element("title")!.Value == "Deposits");
        Assert.All(items, item => Assert.EndsWith("/status", item.Element("link")!.Value, StringComparison.Ordinal));
    }

    private PortalClient Client()
    {
        var client = new PortalClient(Gateway);
        client.Http.DefaultRequestHeaders.Accept.ParseAdd("text/html");
        return client;
    }

    private Task ReadAsync() => Gateway.Services.GetRequiredService<NetworkWatch>().ReadAsync(Token);
}
