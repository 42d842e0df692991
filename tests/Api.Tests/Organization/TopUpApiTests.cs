using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using Gateway.Api.Access;
using Gateway.Api.Portal.Billing;
using Gateway.Api.Webhooks;
using Gateway.Billing;
using Gateway.ChainBridge;
using Gateway.Core;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Gateway.Api.Tests.Organization;

public sealed class TopUpApiTests(OrganizationFixture fixture) : IClassFixture<OrganizationFixture>
{
    private const string Path = "top_ups";
    private const long Wanted = 50_000_000;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_program_opens_what_the_checkout_shows_by_dollars_or_by_TAO()
    {
        var (admin, _, _) = await Admin.OfNewAsync(fixture.Gateway, "topup@example.org");
        using var _1 = admin;
        var usd = await admin.PostAsync(Path, """{"usd":20}""");
        var rao = await admin.PostAsync(Path, """{"rao":50000000}""");
        foreach (var one in (JsonNode[])[usd, rao, await admin.GetAsync($"top_ups/{usd["id"]}")])
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

        await admin.PostAsync(Path, """{"usd":"1.5"}""");
        var fourth = await admin.RefusedAsync(HttpMethod.Post, Path, """{"usd":20}""", HttpStatusCode.Conflict);
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
        var error = await admin.RefusedAsync(HttpMethod.Post, Path, body, HttpStatusCode.BadRequest);
        Assert.Equal(name, (string)error["param"]!);
    }

    [Fact]
    public async Task Calls_at_once_share_no_address_and_open_no_more_than_three()
    {
        var (admin, _, _) = await Admin.OfNewAsync(fixture.Gateway, "crowd@example.org");
        using var _1 = admin;
        var answers = await Task.WhenAll(Enumerable.Range(0, 12).Select(async _ =>
        {
            using var answer = await admin.SendAsync(HttpMethod.Post, Path, """{"usd":20}""");
            var text = await answer.Content.ReadAsStringAsync(Token);
            return (answer.StatusCode, Address: (string?)JsonNode.Parse(text)!["address"]);
        }));

        var made = answers.Where(one => one.StatusCode == HttpStatusCode.OK).ToList();
        Assert.Equal(3, made.Count);
        Assert.Equal(3, made.Select(one => one.Address).Distinct().Count());
        Assert.All(answers.Except(made), one => Assert.Equal(HttpStatusCode.Conflict, one.StatusCode));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_payment_settles_the_later_top_up_of_an_address_alone(bool isCounted)
    {
        var (admin, org, _) = await Admin.OfNewAsync(fixture.Gateway, $"later{isCounted}@example.org");
        using var _1 = admin;
        var address = await AddressAsync(org);
        var first = await AddAsync(org, address, -60, isCounted ? 100 : null);
        var second = await AddAsync(org, address, -10, isCounted ? 200 : null);
        await PayAsync(org, address, [(210, -5, Wanted)]);

        Assert.Equal("expired", await StateAsync(admin, first));
        Assert.Equal("settled", await StateAsync(admin, second));
        Assert.Equal(
            [
                ("top_up.created", first), ("top_up.expired", first), ("top_up.created", second),
                ("top_up.processing", second), ("top_up.settled", second),
            ],
            await ToldAsync(org));
        var page = await fixture.Gateway.Services.GetRequiredService<DepositBoard>().ViewAsync(
            await RowAsync(org, first), TimeProvider.System.GetUtcNow(), Token);
        Assert.Equal((TopUpState.Expired, 0), (page.State, page.Deposits.Count));
    }

    [Fact]
    public async Task Dust_of_strangers_hides_no_payment()
    {
        var (admin, org, _) = await Admin.OfNewAsync(fixture.Gateway, "dust@example.org");
        using var _1 = admin;
        var (address, other) = (await AddressAsync(org), await AddressAsync(org));
        var paid = await AddAsync(org, address, -60, 100);
        await PayAsync(
            org, address, [(110, -55, Wanted), .. Enumerable.Range(200, 150).Select(at => ((long)at, -50, 1L))]);
        await PayAsync(org, other, [.. Enumerable.Range(200, 150).Select(at => ((long)at, -50, 1L))]);

        var shown = await admin.GetAsync($"top_ups/{paid}");
        Assert.Equal(("settled", 0, 100),
            ((string)shown["state"]!, (long)shown["rest_rao"]!, shown["deposits"]!.AsArray().Count));
        Assert.Equal(
            [("top_up.created", paid), ("top_up.processing", paid), ("top_up.settled", paid)], await ToldAsync(org));
    }

    private static async Task<string> StateAsync(Admin admin, string id) =>
        (string)(await admin.GetAsync($"top_ups/{id}"))["state"]!;

    private async Task<string> AddressAsync(OrgId org) => Assert.IsType<DepositAddress>(
        await fixture.Gateway.Services.GetRequiredService<AddressDesk>().AddAsync(org, Token)).Address;

    private async Task<List<(string Type, string Id)>> ToldAsync(OrgId org) =>
        [.. (await fixture.Gateway.Services.GetRequiredService<TopUpHappenings>().ReadAsync(org, Token))
            .Select(one => (one.Type, one.Ref.Split(':')[1]))];

    private async Task<TopUpRow> RowAsync(OrgId org, string id) => Assert.IsType<TopUpRow>(
        await fixture.Gateway.Services.GetRequiredService<TopUps>().FindAsync(org, TopUpView.Parse(id)!.Value));

    private async Task<string> AddAsync(OrgId org, string address, int minutes, long? height)
    {
        var made = TimeProvider.System.GetUtcNow().AddMinutes(minutes);
        var row = new TopUpRow
        {
            Id = Guid.CreateVersion7(made),
            Org = org.Value,
            Address = address,
            Nusd = 20_000_000_000,
            Rao = Wanted,
            Rate = 400_000,
            Height = height,
            CreatedAt = made.ToUnixTimeMilliseconds(),
            ExpiresAt = made.AddMinutes(15).ToUnixTimeMilliseconds(),
            CreatedBy = Guid.Empty,
        };
        await using var db = await fixture.Gateway.Services.GetRequiredService<IDbContextFactory<AccessDb>>()
            .CreateDbContextAsync(Token);
        db.Add(row);
        await db.SaveChangesAsync(Token);
        return TopUpView.IdOf(row.Id);
    }

    private async Task PayAsync(
        OrgId org, string address, IReadOnlyList<(long Height, int Minutes, long Amount)> transfers)
    {
        var now = TimeProvider.System.GetUtcNow();
        foreach (var (height, minutes, amount) in transfers)
        {
            var moment = now.AddMinutes(minutes).ToUnixTimeMilliseconds();
            var (isDust, lot) = (amount < Wanted, "lot_" + Guid.CreateVersion7(now).ToString("N"));
            var (state, rate, named) = isDust ? ("below_minimum", "NULL", "NULL") : ("credited", "400000", $"'{lot}'");
            var credit = isDust ? "" : string.Create(CultureInfo.InvariantCulture, $"""
                UPDATE org_account SET available = 20000000000 WHERE org = '{org}';
                INSERT INTO lot (id, org, n, kind, deposit, rate, rao, nusd, rao_left, nusd_left)
                VALUES ('{lot}', '{org}', 1, 'paid', '0xg/0x{address}{height}/1', 400000, {amount}, 20000000000,
                    {amount}, 20000000000);
                """);
            await fixture.RunAsync(string.Create(CultureInfo.InvariantCulture, $"""
                {credit}
                INSERT INTO deposit (genesis, block_hash, event_index, height, address, org, rao, block_time, state,
                    rate, lot)
                VALUES ('0xg', '0x{address}{height}', 1, {height}, '{address}', '{org}', {amount}, {moment}, '{state}',
                    {rate}, {named})
                """));
        }
    }
}
