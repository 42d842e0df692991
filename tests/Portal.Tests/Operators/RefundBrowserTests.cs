using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Gateway.ChainBridge.Payouts;
using Gateway.Testing;
using Microsoft.Playwright;

namespace Gateway.Portal.Tests.Operators;

/// <summary>Two people approve a refund; one alone cannot, and who is of the organisation that asks cannot. Each in a
/// browser of his own, with the signature of a wallet that the signer's list has for him.</summary>
[Trait("Needs", "browser")]
public sealed class RefundBrowserTests : IAsyncLifetime
{
    private static readonly string[] People = ["ann", "ben", "cas"];

    private readonly string _folder = TemporaryFolder.New("gateway-refund-");
    private readonly Dictionary<string, string> _links = [];
    private readonly Dictionary<string, ApproverKey> _wallets = [];
    private PortalBrowser? _browser;

    private PortalBrowser Browser => _browser!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        var directory = GatewayProcess.NewDataDirectory();
        foreach (var person in People)
        {
            _wallets[person] = ApproverKey.Open(Path.Combine(_folder, person));
            _links[person] = await LinkOfAsync(directory, person);
        }

        _browser = new PortalBrowser(
        [
            "--Gateway:DevNet:AutoApprove=false", "--Gateway:DevNet:BlockTime=00:00:00.2",
            .. People.SelectMany((person, n) => new[]
            {
                $"--Gateway:Signer:Approvers:{n}:Person={EmailOf(person)}",
                $"--Gateway:Signer:Approvers:{n}:Address={_wallets[person].Address}",
            }),
        ])
        {
            DataDirectory = directory,
        };
        await _browser.InitializeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null)
        {
            await _browser.DisposeAsync();
        }

        foreach (var wallet in _wallets.Values)
        {
            wallet.Dispose();
        }

        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Two_people_approve_a_refund_one_alone_cannot_and_the_requester_cannot()
    {
        var refund = await AskAsync();
        var (ann, ben, cas) = (await EnterAsync("ann"), await EnterAsync("ben"), await EnterAsync("cas"));
        await JoinAsync(cas);
        Assert.Contains("cannot approve it", await ApproveAsync(cas, "cas", refund), StringComparison.Ordinal);
        await StandsAsync(ann, refund, "asked for");

        Assert.Contains("Your approval counts", await ApproveAsync(ann, "ann", refund), StringComparison.Ordinal);
        Assert.Contains("It takes another person", await ApproveAsync(ann, "ann", refund), StringComparison.Ordinal);
        await StandsAsync(ben, refund, "one approval");

        // The way there stands on the list of all payments.
        await ben.ClickAsync("text=Approve this refund");
        await ben.WaitForURLAsync(address => address.Contains("/operator/approvals", StringComparison.Ordinal));
        Assert.Contains("Your approval counts", await ApproveAsync(ben, "ben", refund), StringComparison.Ordinal);
        var until = TimeProvider.System.GetUtcNow() + TimeSpan.FromMinutes(1);
        while (await StateAsync(ben, refund) != "paid")
        {
            Assert.True(TimeProvider.System.GetUtcNow() < until, await StateAsync(ben, refund));
            await Task.Delay(TimeSpan.FromMilliseconds(200), TimeProvider.System, Token);
        }

        await ben.GotoAsync($"/operator/refunds?payout={refund}");
        Assert.Equal(6, await ben.Locator("ol.steps li.done").CountAsync());
        await Pictures.TakeAsync(ben, "operator-refund-1440-light");
    }

    private static string EmailOf(string person) => $"{person}@operator.example";

    private static async Task<string> LinkOfAsync(string directory, string person)
    {
        await using var command = GatewayProcess.Start(
            directory, "create-operator", "--email", EmailOf(person), "--role", "approver");
        Assert.Equal(0, await command.WaitForExitAsync(Token));
        return new Uri((string)JsonNode.Parse(command.Output)!["portalLink"]!).AbsolutePath;
    }

    // By the API, as owners do: the demo organisation's money goes to a wallet of nobody's.
    private async Task<string> AskAsync()
    {
        using var payee = ApproverKey.Open(Path.Combine(_folder, "payee"));
        using var client = Owner();
        using var answer = await client.PostAsJsonAsync(
            "v1/organization/refunds", new { amount = 0.5, destination = payee.Address }, Token);
        var text = await answer.Content.ReadAsStringAsync(Token);
        Assert.True(answer.IsSuccessStatusCode, text);
        return (string)JsonNode.Parse(text)!["id"]!;
    }

    private HttpClient Owner()
    {
        var client = Browser.Gateway.CreateClient();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Browser.Gateway.AdminKey);
        return client;
    }

    private async Task<IPage> EnterAsync(string person)
    {
        var page = await Browser.OpenAsync();
        await page.GotoAsync(_links[person]);
        await page.ClickAsync("main button:has-text('Continue')");
        await page.WaitForURLAsync("**/account");
        return page;
    }

    // From here on he is of the organisation that asks for its money.
    private async Task JoinAsync(IPage page)
    {
        using var client = Owner();
        using var answer = await client.PostAsJsonAsync(
            "v1/organization/invites", new { email = EmailOf("cas"), role = "reader" }, Token);
        var text = await answer.Content.ReadAsStringAsync(Token);
        Assert.True(answer.IsSuccessStatusCode, text);
        await page.GotoAsync($"/invite/{(string)JsonNode.Parse(text)!["token"]!}");
        await page.ClickAsync("main button:has-text('Join')");
        await page.WaitForURLAsync(address => !address.Contains("/invite/", StringComparison.Ordinal));
    }

    private async Task<string> ApproveAsync(IPage page, string person, string refund)
    {
        await page.GotoAsync("/operator/approvals");
        var part = page.Locator($"#{refund}");
        var challenge = await part.Locator("code").InnerTextAsync();
        await part.Locator("input[name=because]").FillAsync("the owner closes the account");
        await part.Locator("input[name=signature]").FillAsync(_wallets[person].Sign(challenge));
        await part.Locator("button:has-text('Approve by signature')").ClickAsync();
        await page.WaitForURLAsync($"**/operator/approvals/{refund}");
        return await page.InnerTextAsync("main");
    }

    private static async Task StandsAsync(IPage page, string refund, string state) =>
        Assert.Equal(state, await StateAsync(page, refund));

    private static async Task<string> StateAsync(IPage page, string refund)
    {
        await page.GotoAsync($"/operator/refunds?payout={refund}");
        return await page.Locator($"tr:has(a[href*='{refund}']) .tag").InnerTextAsync();
    }
}
