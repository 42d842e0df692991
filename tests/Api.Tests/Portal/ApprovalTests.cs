using System.Net;
using System.Text.Json.Nodes;
using Gateway.Api.Tests.Http;
using Gateway.Billing;
using Gateway.ChainBridge.Payouts;
using Gateway.Core;
using Microsoft.Extensions.DependencyInjection;

namespace Gateway.Api.Tests.Portal;

/// <summary>Refunds take two people of the signer's list, each proving his word by a key of his own; here one has a
/// passkey and one a wallet, and a simulated chain pays.</summary>
public sealed class ApprovalTests : IAsyncLifetime
{
    private const string Ann = "ann@operator.example";
    private const string Ben = "ben@operator.example";

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private readonly string _folder = Directory.CreateTempSubdirectory("gateway-approvals-").FullName;
    private InProcessGateway? _gateway;
    private SoftPasskey _passkey = null!;
    private ApproverKey _wallet = null!;

    private InProcessGateway Gate => _gateway!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _wallet = ApproverKey.Open(Path.Combine(_folder, "wallet"));
        _passkey = new SoftPasskey("");
        _gateway = await InProcessGateway.StartAsync(
            "--Gateway:DevNet:AutoApprove=false", "--Gateway:DevNet:BlockTime=00:00:00.2",
            $"--Gateway:Signer:Approvers:0:Person={Ann}",
            $"--Gateway:Signer:Approvers:0:Passkey=localhost:{_passkey.PublicKey}",
            $"--Gateway:Signer:Approvers:1:Person={Ben}", $"--Gateway:Signer:Approvers:1:Address={_wallet.Address}");
        _passkey.Origin = $"http://localhost:{new Uri((string)Gate.DevNet["baseUrl"]!).Port}";
    }

    public async ValueTask DisposeAsync()
    {
        await Gate.DisposeAsync();
        _passkey.Dispose();
        _wallet.Dispose();
    }

    [Fact]
    public async Task Attack_09_two_people_approve_a_refund_one_alone_cannot_and_who_asked_cannot()
    {
        using var ann = await ApproverAsync(Ann);
        using var ben = await ApproverAsync(Ben);
        using var options = await ann.PostJsonAsync("/account/passkeys/options", "{}");
        Assert.Equal(
            HttpStatusCode.NoContent,
            (await ann.PostJsonAsync("/account/passkeys", _passkey.Create(ann.Page))).StatusCode);

        // Who asked cannot approve, though his signature is good.
        var own = await AskAsync(Ben);
        Assert.Equal(HttpStatusCode.Forbidden, await SignAsync(ben, own, own));

        var refund = await AskAsync("somebody@else.example");
        Assert.Equal(HttpStatusCode.OK, await AssertAsync(ann, refund));
        _passkey.Counter++;
        Assert.Equal(HttpStatusCode.Conflict, await AssertAsync(ann, refund));
        Assert.Equal(PayoutState.Approved1, (await FindAsync(refund)).State);

        // A signature of another refund, and another's approval under his own name, count for nothing.
        Assert.Equal(HttpStatusCode.BadRequest, await SignAsync(ben, refund, own));
        Assert.Equal(HttpStatusCode.BadRequest, await SignAsync(ann, refund, refund));
        Assert.Equal(HttpStatusCode.OK, await SignAsync(ben, refund, refund));
        await PaidAsync(refund);
        Assert.Equal(PayoutState.Requested, (await FindAsync(own)).State);
    }

    [Fact]
    public async Task To_whoever_is_no_approver_the_page_does_not_exist()
    {
        using var owner = new PortalClient(Gate);
        await owner.SignInAsync(Gate);
        Assert.Equal(HttpStatusCode.NotFound, (await owner.GetAsync("/operator/approvals")).StatusCode);
        using var support = new PortalClient(Gate);
        await support.EnrolAsync(Gate, "help@operator.example", null, "support");
        Assert.Equal(HttpStatusCode.NotFound, (await support.GetAsync("/operator/approvals")).StatusCode);
    }

    private async Task<PortalClient> ApproverAsync(string email)
    {
        var browser = new PortalClient(Gate);
        await browser.EnrolAsync(Gate, email, null, "approver");
        return browser;
    }

    private async Task<string> AskAsync(string person)
    {
        var treasury = Gate.Services.GetRequiredService<Treasury>();
        using var payee = ApproverKey.Open(Path.Combine(_folder, "payee"));
        Assert.True(OrgId.TryParse((string)Gate.DevNet["organization"]!, out var org));
        var id = "pay_" + Guid.CreateVersion7(TimeProvider.System.GetUtcNow()).ToString("N");
        await treasury.RequestRefundAsync(id, org, new NanoUsd(400_000_000), payee.Address, person, Token);
        return id;
    }

    private async Task<HttpStatusCode> SignAsync(PortalClient browser, string refund, string signed)
    {
        await browser.GetAsync("/operator/approvals");
        Assert.Contains(refund, browser.Page, StringComparison.Ordinal);
        using var answer = await browser.PostAsync(
            $"/operator/approvals/{refund}", ("because", "seen"),
            ("signature", _wallet.Sign(await ChallengeAsync(signed))));
        return answer.StatusCode;
    }

    private async Task<HttpStatusCode> AssertAsync(PortalClient browser, string refund)
    {
        await browser.GetAsync("/operator/approvals");
        var path = $"/operator/approvals/{refund}/passkey";
        using var options = await browser.PostJsonAsync(path + "/options", "{}");
        Assert.Equal(HttpStatusCode.OK, options.StatusCode);
        var asked = JsonNode.Parse(browser.Page)!;
        Assert.Equal("required", (string)asked["userVerification"]!);
        using var answer = await browser.PostJsonAsync(path + "?because=seen", _passkey.Answer(browser.Page));
        return answer.StatusCode;
    }

    private async Task<string> ChallengeAsync(string refund) =>
        PayoutChallenge.Of(Wiring.PayoutQueue.ToOrder(await FindAsync(refund)));

    private async Task<Payout> FindAsync(string refund)
    {
        Assert.True(OrgId.TryParse((string)Gate.DevNet["organization"]!, out var org));
        return (await Gate.Services.GetRequiredService<Treasury>().FindAsync(org, refund, Token))!;
    }

    private async Task PaidAsync(string refund)
    {
        var until = TimeProvider.System.GetUtcNow() + Patience;
        while ((await FindAsync(refund)) is var payout && payout.State != PayoutState.Finalized)
        {
            Assert.True(TimeProvider.System.GetUtcNow() < until, $"{payout.State}");
            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, Token);
        }
    }
}
