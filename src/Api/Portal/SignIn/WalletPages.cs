using System.Buffers.Text;
using System.Security.Cryptography;
using Gateway.Api.Access;
using Gateway.Api.Hosting;
using Gateway.Api.Portal.Sessions;
using Gateway.ChainBridge;
using Microsoft.EntityFrameworkCore;

namespace Gateway.Api.Portal.SignIn;

/// <summary>/sign-in/wallet: an account's sr25519 signature of a text that names this portal signs in who has shown it
/// to be his; the same page adds one to who is signed in, and proves him anew.</summary>
internal sealed class WalletPages(
    PortalSessions sessions, Attempts attempts, SignInBrake brake, PortalOrigin origin,
    GatewaySettings settings, IDbContextFactory<PersonDb> contexts)
{
    public const string Path = "/sign-in/wallet";

    /// <summary>How a session says that a wallet opened it.</summary>
    public const string ByWallet = "wallet";

    private const string Purpose = "wallet";
    private const int NonceBytes = 16;

    public static Task GetAsync(HttpContext context) =>
        WriteAsync(context, ReturnPath.Of(context.Request.Query["returnUrl"]), null, StatusCodes.Status200OK);

    /// <summary>Makes the text to sign.</summary>
    public async Task TextAsync(HttpContext context)
    {
        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        var (back, address) = (ReturnPath.Of(form["returnUrl"]), form["address"].ToString().Trim());
        if (ChainAddress.Problem(address) is not null)
        {
            await WriteAsync(
                context, back, PageFrame.WordsOf(context)["access.wallet.bad"], StatusCodes.Status400BadRequest);
            return;
        }

        var nonce = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(NonceBytes));
        var text = new WalletText(
            origin.Domain, address, origin.Text, settings.Chain.Genesis ?? settings.Network, nonce, NowOf(context))
            .ToString();
        await attempts.PutAsync(context, Purpose, address + "\n" + text);
        await WriteTextAsync(context, back, address, text, null, StatusCodes.Status200OK);
    }

    /// <summary>Takes the signature of the text that this browser was given last. The nonce is used up only by a good
    /// one.</summary>
    public async Task SignAsync(HttpContext context)
    {
        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        var back = ReturnPath.Of(form["returnUrl"]);
        if (await attempts.FindAsync(context, Purpose) is not { } state)
        {
            await WriteAsync(
                context, back, PageFrame.WordsOf(context)["access.wallet.old"], StatusCodes.Status401Unauthorized);
            return;
        }

        var mark = state.IndexOf('\n', StringComparison.Ordinal);
        var (address, text) = (state[..mark], state[(mark + 1)..]);
        var from = context.Connection.RemoteIpAddress;
        if (brake.Wait(address, from) > TimeSpan.Zero)
        {
            await WriteTextAsync(
                context, back, address, text, PageFrame.WordsOf(context)["access.wallet.slow"],
                StatusCodes.Status429TooManyRequests);
        }
        else if (!ChainAddress.HasSignedSr25519(address, text, form["signature"].ToString().Trim())
            || await OwnerAsync(address, PortalVisitor.Of(context), NowOf(context)) is not { } person)
        {
            brake.Note(address, from);
            context.RequestServices.GetRequiredService<SignInFailures>().Note(context, ByWallet, address);
            await WriteTextAsync(
                context, back, address, text, PageFrame.WordsOf(context)["access.wallet.refused"],
                StatusCodes.Status401Unauthorized);
        }
        else if (await attempts.TakeAsync(context, Purpose, state))
        {
            await EnterAsync(context, person, address, back);
        }
    }

    private async Task EnterAsync(HttpContext context, Guid person, string address, string back)
    {
        brake.Forget(address, context.Connection.RemoteIpAddress);
        if (PortalVisitor.Of(context) is not { } visitor)
        {
            await sessions.OpenAsync(context, person, ByWallet);
            SignInEndpoints.Redirect(context, back);
            return;
        }

        await using var db = await contexts.CreateDbContextAsync();
        if (!await db.Wallets.AnyAsync(row => row.Address == address))
        {
            var now = NowOf(context).ToUnixTimeMilliseconds();
            db.Add(new WalletRow { Address = address, Person = visitor.PersonId, AddedAt = now });
            await db.SaveChangesAsync();
        }

        await sessions.StepUpAsync(context, visitor, ByWallet);
        SignInEndpoints.Redirect(context, back);
    }

    // Who is signed in may add an account that is nobody's yet, while he may add any means.
    private async Task<Guid?> OwnerAsync(string address, PortalVisitor? visitor, DateTimeOffset now)
    {
        await using var db = await contexts.CreateDbContextAsync();
        var owner = await db.Wallets.AsNoTracking().SingleOrDefaultAsync(row => row.Address == address);
        if (visitor is null)
        {
            return owner?.Person;
        }

        return owner is null
            ? AccountPages.MayEnrol(visitor, now) ? visitor.PersonId : null
            : owner.Person == visitor.PersonId ? visitor.PersonId : null;
    }

    private static DateTimeOffset NowOf(HttpContext context) =>
        context.RequestServices.GetRequiredService<TimeProvider>().GetUtcNow();

    private static Task WriteAsync(HttpContext context, string back, string? notice, int status)
    {
        var page = new PortalPage(context, PageFrame.WordsOf(context)["access.wallet"]);
        return page
            .AddNotice(notice)
            .AddForm(Path, $"""
                <input type="hidden" name="returnUrl" value="{PortalPage.Text(back)}">
                <label>{page.W("access.wallet.address")} <input name="address" required maxlength="60"
                  autocomplete="off" spellcheck="false"></label>
                <button>{page.W("access.continue")}</button>
                """)
            .WriteAsync(status);
    }

    private static Task WriteTextAsync(
        HttpContext context, string back, string address, string text, string? notice, int status)
    {
        var page = new PortalPage(context, PageFrame.WordsOf(context)["access.wallet.sign"]);
        return page
            .AddNotice(notice)
            .Add($"""
                <p>{page.W("access.wallet.text", address)}</p>
                <pre id="wallet-text">{PortalPage.Text(text)}</pre>
                <p>{page.W("access.wallet.cli")} <code>sign-text FILE --secret KEYFILE</code></p>
                """)
            .AddForm(Path + "/signature", $"""
                <input type="hidden" name="returnUrl" value="{PortalPage.Text(back)}">
                <label>{page.W("access.wallet.signature")} <input name="signature" required maxlength="140"
                  autocomplete="off" spellcheck="false" placeholder="0x"></label>
                <button>{page.W("shell.signin")}</button>
                <button type="button" data-wallet data-failed="{page.W("access.failed")}" hidden>{page.W(
                    "access.wallet.browser")}</button>
                <span role="status" data-wallet-said></span>
                """, SignInModule.ToSign(address, text))
            .WriteAsync(status);
    }
}
