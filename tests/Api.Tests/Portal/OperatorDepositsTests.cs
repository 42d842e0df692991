using System.Net;
using Gateway.Api.Tests.Http;
using Gateway.Billing;
using Gateway.Core;
using Microsoft.Extensions.DependencyInjection;

namespace Gateway.Api.Tests.Portal;

/// <summary>Money that waits for a person, and crediting that a person stops.</summary>
public sealed class OperatorDepositsTests(PortalFixture fixture) : IClassFixture<PortalFixture>
{
    private InProcessGateway Gateway => fixture.Gateway;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private DepositDesk Desk => Gateway.Services.GetRequiredService<DepositDesk>();

    [Fact]
    public async Task A_transfer_in_quarantine_is_shown_and_becomes_its_owners_credit_by_a_persons_word()
    {
        Assert.True(OrgId.TryParse((string)Gateway.DevNet["organization"]!, out var org));
        var id = await TakeAsync(DepositAnomaly.Unattributed, 11);
        using var approver = await PersonAsync("approver");
        await approver.GetAsync($"/operator/deposits?deposit={Uri.EscapeDataString(id)}");
        Assert.Contains("nobody’s address", WebUtility.HtmlDecode(approver.Page), StringComparison.Ordinal);
        await approver.GetAsync("/operator");
        Assert.Contains("/operator/deposits#held", approver.Page, StringComparison.Ordinal);

        Assert.Equal(HttpStatusCode.BadRequest, await PostAsync(approver, "attribute", id, "org_nobody"));
        Assert.Equal(HttpStatusCode.BadRequest, await PostAsync(approver, "attribute", "a/b", org.ToString()));
        Assert.Equal(HttpStatusCode.BadRequest, await PostAsync(
            approver, "attribute", id, OrgId.Create(TimeProvider.System).ToString()));
        Assert.Equal(HttpStatusCode.SeeOther, await PostAsync(approver, "attribute", id, org.ToString()));
        Assert.Equal(HttpStatusCode.BadRequest, await PostAsync(approver, "attribute", id, org.ToString()));

        Assert.DoesNotContain(await Desk.WaitingAsync(100, Token), held => held.Id.ToString() == id);
        var lines = await Gateway.Services.GetRequiredService<Statements>().DepositsAsync(org, 100, null, Token);
        Assert.Equal("credited", lines.Single(line => line.Id == id).State);
    }

    [Fact]
    public async Task Our_own_money_is_claimed_and_who_is_no_approver_decides_nothing()
    {
        var id = await TakeAsync(DepositAnomaly.Unattributed, 12);
        using var support = await PersonAsync("support");
        await support.GetAsync($"/operator/deposits?deposit={Uri.EscapeDataString(id)}");
        Assert.DoesNotContain("name=\"of\"", support.Page, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, await PostAsync(support, "claim", id));
        using var approver = await PersonAsync("approver");
        Assert.Equal(HttpStatusCode.BadRequest, await PostAsync(approver, "claim", id, because: ""));
        Assert.Equal(HttpStatusCode.SeeOther, await PostAsync(approver, "claim", id));

        Assert.DoesNotContain(await Desk.WaitingAsync(100, Token), held => held.Id.ToString() == id);
    }

    [Fact]
    public async Task Crediting_stops_and_goes_on_by_a_persons_word()
    {
        var genesis = (await Desk.CursorsAsync(Token)).Single().Genesis;
        using var approver = await PersonAsync("approver");
        Assert.Equal(HttpStatusCode.SeeOther, await PostAsync(approver, "halt", genesis));
        var halt = (await Desk.HaltsAsync(genesis, Token)).Single();
        Assert.Equal(HaltScope.Deposits, halt.Scope);
        var at = await Desk.CursorAsync(genesis, Token);
        await Task.Delay(TimeSpan.FromSeconds(2), TimeProvider.System, Token);
        Assert.Equal(at, await Desk.CursorAsync(genesis, Token));
        await approver.GetAsync("/operator");
        Assert.Contains("/operator/deposits#halts", approver.Page, StringComparison.Ordinal);

        var open = (await Gateway.Services.GetRequiredService<HaltDesk>().ListAsync(Token)).Single();
        Assert.Equal(HttpStatusCode.SeeOther, await PostAsync(approver, "lift", open.Id));
        Assert.Empty(await Desk.HaltsAsync(genesis, Token));
        var until = TimeProvider.System.GetUtcNow() + TimeSpan.FromSeconds(60);
        while ((await Desk.CursorAsync(genesis, Token))!.Height <= at!.Height)
        {
            Assert.True(TimeProvider.System.GetUtcNow() < until, "The chain is not read on.");
            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, Token);
        }
    }

    private async Task<PortalClient> PersonAsync(string role)
    {
        var client = new PortalClient(Gateway);
        client.Http.DefaultRequestHeaders.Accept.ParseAdd("text/html");
        await client.EnrolProvenAsync(Gateway, $"{role}-{Guid.CreateVersion7():N}@deposits.example", null, role);
        return client;
    }

    private static async Task<HttpStatusCode> PostAsync(
        PortalClient client, string act, string of, string with = "", string because = "seen on the chain")
    {
        await client.GetAsync("/operator/deposits");
        using var answer = await client.PostAsync(
            "/operator/deposits", ("act", act), ("of", of), ("with", with), ("because", because));
        return answer.StatusCode;
    }

    // As the reader of the chain hands it to the books.
    private async Task<string> TakeAsync(DepositAnomaly anomaly, int index)
    {
        var genesis = (await Desk.CursorsAsync(Token)).Single().Genesis;
        var transfer = new FinalizedTransfer(
            genesis, "0x" + new string('e', 64), 1, index, $"5Nobody{index}", default, new Rao(1_000_000_000), null,
            TimeProvider.System.GetUtcNow())
        {
            Anomaly = anomaly,
            Sender = "5Sender",
        };
        await Gateway.Services.GetRequiredService<Ledger>().CreditAsync(transfer, Token);
        return $"{genesis}/{transfer.BlockHash}/{index}";
    }
}
