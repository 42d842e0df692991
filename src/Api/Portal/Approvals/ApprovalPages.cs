using System.Buffers.Text;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Gateway.Api.Access;
using Gateway.Api.Hosting;
using Gateway.Api.Portal.Sessions;
using Gateway.Api.Portal.SignIn;
using Gateway.Api.Wiring;
using Gateway.Billing;
using Gateway.ChainBridge.Payouts;
using Microsoft.EntityFrameworkCore;

namespace Gateway.Api.Portal.Approvals;

/// <summary>/operator/approvals: refunds that wait for two people, neither of whom asked. What an approver signs, by a
/// passkey or a wallet of the signer's own list, is what the signer verifies; this page only carries it.</summary>
internal sealed class ApprovalPages(
    PayoutDesk desk, Treasury treasury, PortalOrigin origin, GatewaySettings settings,
    IDbContextFactory<PersonDb> contexts)
{
    public const string Path = "/operator/approvals";

    private const string Role = "approver";
    private const int MaxReason = 500;

    public Task GetAsync(HttpContext context, PortalVisitor visitor) =>
        WriteAsync(context, visitor, null, StatusCodes.Status200OK);

    /// <summary>What the browser needs to sign a payment's challenge by a passkey.</summary>
    public async Task OptionsAsync(HttpContext context, PortalVisitor visitor)
    {
        if (await FindAsync(context) is not { } order)
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        var known = await context.RequestServices.GetRequiredService<Passkeys>().ListAsync(visitor.PersonId);
        var options = new JsonObject
        {
            ["challenge"] = Base64Url.EncodeToString(Convert.FromHexString(PayoutChallenge.Of(order))),
            ["rpId"] = origin.Domain,
            ["userVerification"] = "required",
            ["allowCredentials"] = new JsonArray([.. known.Where(one => !one.IsLocked).Select(one => new JsonObject
            {
                ["type"] = "public-key",
                ["id"] = Base64Url.EncodeToString(one.Passkey.CredentialId),
            })]),
        };
        context.Response.ContentType = "application/json";
        await context.Response.WriteAsync(options.ToJsonString());
    }

    /// <summary>Approves by a passkey's assertion.</summary>
    public async Task PasskeyAsync(HttpContext context, PortalVisitor visitor)
    {
        using var reader = new StreamReader(context.Request.Body);
        var proof = ProofOf(await reader.ReadToEndAsync(context.RequestAborted));
        context.Response.StatusCode = await ApproveAsync(
            context, visitor, proof, context.Request.Query["because"].ToString());
    }

    /// <summary>Approves by a wallet's signature.</summary>
    public async Task WalletAsync(HttpContext context, PortalVisitor visitor)
    {
        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        var status = await ApproveAsync(
            context, visitor, form["signature"].ToString().Trim(), form["because"].ToString());
        await WriteAsync(context, visitor, Said(status), status);
    }

    /// <summary>Runs a page for approvers; to others it does not exist.</summary>
    public static RequestDelegate For(Func<HttpContext, PortalVisitor, Task> page) => context =>
    {
        if (PortalVisitor.Of(context) is { } visitor && visitor.OperatorRoles.Contains(Role))
        {
            return page(context, visitor);
        }

        context.Response.StatusCode = StatusCodes.Status404NotFound;
        return Task.CompletedTask;
    };

    private async Task<int> ApproveAsync(HttpContext context, PortalVisitor visitor, string proof, string because)
    {
        if (await FindAsync(context) is not { } order)
        {
            return StatusCodes.Status404NotFound;
        }

        var person = PersonOf(visitor);
        if (proof.Length is 0 or > ApprovalProof.MaxLength || string.IsNullOrWhiteSpace(because)
            || because.Length > MaxReason
            || !settings.Signer.Approvers.Any(one =>
                one.Person == person && PayoutChallenge.IsProof(order, one.Address, proof)))
        {
            return StatusCodes.Status400BadRequest;
        }

        if (await IsOfRequesterAsync(visitor, order, context.RequestAborted))
        {
            return StatusCodes.Status403Forbidden;
        }

        var answer = await treasury.ApproveAsync(order.Id, person, because, new(proof), context.RequestAborted);
        return answer switch
        {
            Approval.First or Approval.Second => StatusCodes.Status200OK,
            Approval.ByRequester => StatusCodes.Status403Forbidden,
            Approval.Twice => StatusCodes.Status409Conflict,
            Approval.NotWaiting => StatusCodes.Status404NotFound,
        };
    }

    // Refunds are asked for by a key, and keys are the organisation's: whoever is of it is on the asking side.
    private async Task<bool> IsOfRequesterAsync(
        PortalVisitor visitor, PayoutOrder order, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return order.Org is { } org && await db.Members.AnyAsync(
            row => row.Person == visitor.PersonId && row.Org == org.Value, cancellationToken);
    }

    // As the books and the signer's list name people.
    private static string PersonOf(PortalVisitor visitor) => visitor.Email.ToLowerInvariant();

    private static string Said(int status) => status switch
    {
        StatusCodes.Status200OK => "Your approval counts.",
        StatusCodes.Status403Forbidden => "Who asked for a refund cannot approve it.",
        StatusCodes.Status409Conflict => "You have approved this before. It takes another person.",
        StatusCodes.Status404NotFound => "This refund waits for nobody any more.",
        _ => "This is not the signature of an account that the signer's list has for you, or the reason is missing.",
    };

    private async Task<PayoutOrder?> FindAsync(HttpContext context)
    {
        var id = (string)context.Request.RouteValues["id"]!;
        var waiting = await desk.WaitingAsync(context.RequestAborted);
        return waiting.FirstOrDefault(payout => payout.Id == id) is { } found ? PayoutQueue.ToOrder(found) : null;
    }

    // The browser's answer holds more than the signer needs.
    private static string ProofOf(string credential)
    {
        try
        {
            var answer = JsonNode.Parse(credential)?["response"];
            return new JsonObject
            {
                ["authenticatorData"] = (string?)answer?["authenticatorData"],
                ["clientDataJSON"] = (string?)answer?["clientDataJSON"],
                ["signature"] = (string?)answer?["signature"],
            }.ToJsonString();
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException)
        {
            return "";
        }
    }

    private async Task WriteAsync(HttpContext context, PortalVisitor visitor, string? notice, int status)
    {
        var page = new PortalPage(context, "Refunds that wait").AddNotice(notice);
        var waiting = await desk.WaitingAsync(context.RequestAborted);
        var addresses = settings.Signer.Approvers
            .Where(one => one.Person == PersonOf(visitor) && !ApproverPasskey.IsOne(one.Address))
            .Select(one => one.Address).ToList();
        foreach (var payout in waiting)
        {
            AddPayout(page, payout, addresses.FirstOrDefault() ?? "");
        }

        await (waiting.Count == 0 ? page.Add("<p>No refund waits for approval.</p>") : page).WriteAsync(status);
    }

    private static void AddPayout(PortalPage page, Payout payout, string address)
    {
        var (order, path) = (PayoutQueue.ToOrder(payout), $"{Path}/{payout.Id}");
        page.Add($"""
            <section id="{payout.Id}"><h2>{payout.Id}</h2><dl>
            <dt>Organisation</dt><dd>{PortalPage.Text(payout.Org?.ToString() ?? "")}</dd>
            <dt>Amount</dt><dd>{payout.Amount.Value.ToString(CultureInfo.InvariantCulture)} rao</dd>
            <dt>Destination</dt><dd>{PortalPage.Text(payout.Destination)}</dd>
            <dt>Asked by</dt><dd>{PortalPage.Text(payout.RequestedBy)}</dd>
            <dt>Approved by</dt><dd>{PortalPage.Text(string.Join(", ", payout.Approvers))}</dd>
            <dt>Challenge</dt><dd><code>{PayoutChallenge.Of(order)}</code></dd></dl>
            """);
        page.AddForm(path, $"""
            <label>Reason <input name="because" required maxlength="{MaxReason}"></label>
            <label>Signature of the challenge <input name="signature" maxlength="140" autocomplete="off"
              placeholder="0x"></label>
            <button>Approve by signature</button>
            <button type="button" data-wallet hidden>Sign by the browser's wallet</button>
            <span role="status" data-wallet-said></span>
            {PasskeyPages.Button(
                "Approve by passkey", path + "/passkey", Path, "This did not work. Try again.")}
            """, SignInModule.ToSign(address, PayoutChallenge.Of(order)));
        page.Add("</section>");
    }
}
