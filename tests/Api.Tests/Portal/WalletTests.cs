using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using Gateway.Api.Access;
using Gateway.Api.Portal.SignIn;
using Gateway.Api.Tests.Http;
using Gateway.ChainBridge;
using Gateway.ChainBridge.Keys;
using Gateway.ChainBridge.Payouts;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Gateway.Api.Tests.Portal;

public sealed partial class WalletTests(PortalFixture fixture) : IClassFixture<PortalFixture>
{
    private InProcessGateway Gateway => fixture.Gateway;

    [Fact]
    public async Task A_wallet_is_added_and_signs_in()
    {
        using var key = NewKey();
        await AddAsync("ann@example.org", key);
        using var browser = new PortalClient(Gateway);
        var text = await TextAsync(browser, key.Address);
        Assert.Contains("localhost wants you to sign in with your account:\n" + key.Address, text,
            StringComparison.Ordinal);

        Assert.Equal(HttpStatusCode.SeeOther, await SignAsync(browser, key.Sign(text)));
        await browser.GetAsync("/account");
        Assert.Contains("ann@example.org", browser.Page, StringComparison.Ordinal);
        Assert.Contains(key.Address, browser.Page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Attack_29_only_the_accounts_own_fresh_signature_of_this_portals_text_signs_in()
    {
        using var key = NewKey();
        using var other = NewKey();
        await AddAsync("mia@example.org", key);
        using var browser = new PortalClient(Gateway);
        var text = await TextAsync(browser, key.Address);
        var good = key.Sign(text);
        foreach (var bad in (string[])
        [
            "", "0x", "0x00", other.Sign(text),
            key.Sign(text.Replace("localhost wants", "evil.example wants", StringComparison.Ordinal)),
            key.Sign(text.Replace(key.Address, other.Address, StringComparison.Ordinal)),
            key.Sign("<Bytes>" + text + "</Bytes>"), Malleated(good),
        ])
        {
            Assert.Equal(HttpStatusCode.Unauthorized, await SignAsync(browser, bad, clearBrake: true));
        }

        Assert.Equal(HttpStatusCode.SeeOther, await SignAsync(browser, good));
        using var replay = new PortalClient(Gateway);
        await TextAsync(replay, key.Address);
        Assert.Equal(HttpStatusCode.Unauthorized, await SignAsync(replay, good));
        using var stranger = new PortalClient(Gateway);
        Assert.Equal(
            HttpStatusCode.Unauthorized,
            await SignAsync(stranger, other.Sign(await TextAsync(stranger, other.Address))));
    }

    [Fact]
    public async Task Attack_29_another_key_type_is_no_wallet_though_its_signature_is_good()
    {
        using var pair = Ed25519Keypair.FromSeed(new byte[32]);
        var address = Ss58.Encode(pair.PublicKey);
        using var browser = new PortalClient(Gateway);
        await browser.EnrolAsync(Gateway, "ed@example.org", null, "support");
        var text = await TextAsync(browser, address);
        Assert.True(ChainAddress.HasSigned(address, text, SignatureOf(pair, text)));
        Assert.Equal(HttpStatusCode.Unauthorized, await SignAsync(browser, SignatureOf(pair, text)));
    }

    [Fact]
    public async Task Attack_29_a_text_is_worth_nothing_after_five_minutes()
    {
        using var key = NewKey();
        await AddAsync("old@example.org", key);
        using var browser = new PortalClient(Gateway);
        var text = await TextAsync(browser, key.Address);
        await using (var db = await Gateway.Services.GetRequiredService<IDbContextFactory<PersonDb>>()
            .CreateDbContextAsync(TestContext.Current.CancellationToken))
        {
            var past = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
            await db.Attempts.Where(row => row.State.StartsWith(key.Address)).ExecuteUpdateAsync(
                row => row.SetProperty(one => one.ExpiresAt, past), TestContext.Current.CancellationToken);
        }

        Assert.Equal(HttpStatusCode.Unauthorized, await SignAsync(browser, key.Sign(text)));
    }

    [Fact]
    public async Task Attack_30_a_third_party_cannot_burn_the_nonce()
    {
        using var key = NewKey();
        await AddAsync("zoe@example.org", key);
        using var victim = new PortalClient(Gateway);
        var text = await TextAsync(victim, key.Address);

        // It asks for the same account, and sends rubbish and even the victim's own signature from its own browser.
        using var third = new PortalClient(Gateway);
        await TextAsync(third, key.Address);
        Assert.Equal(HttpStatusCode.Unauthorized, await SignAsync(third, "0x00"));
        Assert.Equal(HttpStatusCode.Unauthorized, await SignAsync(third, key.Sign(text)));

        Assert.Equal(HttpStatusCode.SeeOther, await SignAsync(victim, key.Sign(text)));
    }

    [Fact]
    public async Task An_account_belongs_to_one_person()
    {
        using var key = NewKey();
        await AddAsync("one@example.org", key);
        using var browser = new PortalClient(Gateway);
        await browser.EnrolAsync(Gateway, "two@example.org", null, "support");
        Assert.Equal(
            HttpStatusCode.Unauthorized, await SignAsync(browser, key.Sign(await TextAsync(browser, key.Address))));
    }

    // s + L is the same scalar: who takes both takes two signatures for one.
    private static string Malleated(string signature)
    {
        byte[] order =
        [
            0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14,
            0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10,
        ];
        var bytes = Convert.FromHexString(signature[2..]);
        bytes[63] &= 0x7f;
        var carry = 0;
        for (var i = 0; i < order.Length; i++)
        {
            carry += bytes[32 + i] + order[i];
            (bytes[32 + i], carry) = ((byte)(carry & 0xff), carry >> 8);
        }

        bytes[63] |= 0x80;
        return "0x" + Convert.ToHexStringLower(bytes);
    }

    private static string SignatureOf(Ed25519Keypair pair, string text)
    {
        var signature = new byte[64];
        pair.Sign(WrappedMessage.Wrap(Encoding.UTF8.GetBytes(text)), signature);
        return "0x" + Convert.ToHexStringLower(signature);
    }

    private static ApproverKey NewKey() =>
        ApproverKey.Open(Path.Combine(Directory.CreateTempSubdirectory("gateway-wallet-").FullName, "key"));

    private async Task AddAsync(string email, ApproverKey key)
    {
        using var browser = new PortalClient(Gateway);
        await browser.EnrolAsync(Gateway, email, null, "support");
        Assert.Equal(
            HttpStatusCode.SeeOther, await SignAsync(browser, key.Sign(await TextAsync(browser, key.Address))));
    }

    private static async Task<string> TextAsync(PortalClient browser, string address)
    {
        await browser.GetAsync(WalletPages.Path);
        using var answer = await browser.PostAsync(WalletPages.Path, ("address", address));
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return WebUtility.HtmlDecode(ShownText().Match(browser.Page).Groups["text"].Value);
    }

    private async Task<HttpStatusCode> SignAsync(PortalClient browser, string signature, bool clearBrake = false)
    {
        using var answer = await browser.PostAsync(WalletPages.Path + "/signature", ("signature", signature));
        if (clearBrake && AddressField().Match(browser.Page) is { Success: true } shown)
        {
            Gateway.Services.GetRequiredService<SignInBrake>().Forget(
                shown.Groups["address"].Value, IPAddress.Loopback);
            Gateway.Services.GetRequiredService<SignInBrake>().Forget(
                shown.Groups["address"].Value, IPAddress.Loopback.MapToIPv6());
        }

        return answer.StatusCode;
    }

    [GeneratedRegex("<pre id=\"wallet-text\">(?<text>[^<]*)</pre>")]
    private static partial Regex ShownText();

    [GeneratedRegex("data-address=\"(?<address>[^\"]+)\"")]
    private static partial Regex AddressField();
}
