using System.Net;
using Gateway.ChainBridge;

namespace Gateway.Api.Tests.Organization;

public sealed class TopUpApiTests(OrganizationFixture fixture) : IClassFixture<OrganizationFixture>
{
    private const string TopUps = "top_ups";

    [Fact]
    public async Task A_program_opens_what_the_checkout_shows_by_dollars_or_by_TAO()
    {
        var (admin, _, _) = await Admin.OfNewAsync(fixture.Gateway, "topup@example.org");
        using var _1 = admin;
        var usd = await admin.PostAsync(TopUps, """{"usd":20}""");
        var rao = await admin.PostAsync(TopUps, """{"rao":50000000}""");
        foreach (var one in (System.Text.Json.Nodes.JsonNode[])[usd, rao, await admin.GetAsync($"top_ups/{usd["id"]}")])
        {
            Assert.Equal(
                ("new", "none", 20_000_000_000, 50_000_000, 50_000_000, "400.00"),
                ((string)one["state"]!, (string)one["anomaly"]!, (long)one["amount_nusd"]!, (long)one["rao"]!,
                    (long)one["rest_rao"]!, (string)one["usd_per_tao"]!));
            Assert.Equal(ChainAddress.CheckWords((string)one["address"]!), (string)one["check_words"]!);
            Assert.Equal(
                TimeSpan.FromMinutes(15), (DateTimeOffset)one["expires_at"]! - (DateTimeOffset)one["created_at"]!);
        }

        Assert.NotEqual((string)usd["address"]!, (string)rao["address"]!);
        var listed = (await admin.GetAsync("deposit_addresses"))["data"]!.AsArray();
        Assert.Contains(listed, one => (string)one!["check_words"]! == (string)usd["check_words"]!);
        var log = (await admin.GetAsync("audit_logs?event_types=top_up.created"))["data"]!.AsArray();
        Assert.Equal(2, log.Count);

        await admin.PostAsync(TopUps, """{"usd":"1.5"}""");
        var fourth = await admin.RefusedAsync(HttpMethod.Post, TopUps, """{"usd":20}""", HttpStatusCode.Conflict);
        Assert.Equal("conflict", (string)fourth["code"]!);

        using var stranger = Admin.OfDemo(fixture.Gateway);
        await stranger.RefusedAsync(HttpMethod.Get, $"top_ups/{usd["id"]}", null, HttpStatusCode.NotFound);
        await stranger.RefusedAsync(HttpMethod.Get, "top_ups/top_x", null, HttpStatusCode.NotFound);
    }

    [Theory]
    [InlineData("{}", "usd")]
    [InlineData("""{"usd":0.99}""", "usd")]
    [InlineData("""{"usd":1000000.01}""", "usd")]
    [InlineData("""{"usd":-5}""", "usd")]
    [InlineData("""{"usd":"1e3x"}""", "usd")]
    [InlineData("""{"usd":true}""", "usd")]
    [InlineData("""{"usd":5,"rao":50000000}""", "usd")]
    [InlineData("""{"rao":0}""", "rao")]
    [InlineData("""{"rao":1}""", "rao")]
    [InlineData("""{"rao":9223372036854775807}""", "rao")]
    [InlineData("""{"usd":5,"org":"x"}""", "org")]
    public async Task What_is_no_amount_is_refused_by_its_name(string body, string name)
    {
        using var admin = Admin.OfDemo(fixture.Gateway);
        var error = await admin.RefusedAsync(HttpMethod.Post, TopUps, body, HttpStatusCode.BadRequest);
        Assert.Equal(name, (string)error["param"]!);
    }
}
