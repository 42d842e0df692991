using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Gateway.Api.Access;
using Gateway.Api.Audit;
using Gateway.Api.Hosting;
using Gateway.Api.Idempotency;
using Gateway.Api.OpenAi;
using Gateway.Billing;
using Gateway.Core;

namespace Gateway.Api.Organization;

/// <summary>Refunds of the caller's organisation: ask, look, take back. Nobody approves here: that is for two people of
/// the operator's.</summary>
internal sealed class RefundEndpoints(
    Treasury treasury, AuditTrail trail, BodyBudget budget, GatewaySettings settings)
{
    public const string Path = "/v1/organization/refunds";

    /// <summary>A wish is short.</summary>
    public const int MaxBody = 16 * 1024;

    private const int RetryAfterSeconds = 60;

    public async Task CreateAsync(HttpContext context)
    {
        using var body = await RequestBody.ReadAsync(context.Request, budget, MaxBody);
        using var json = StrictJson.Parse(body.Bytes);
        var wish = RefundRequest.Read(json.RootElement);
        var caller = context.Caller();
        if (await ProofProblemAsync(caller.Org, wish, context.RequestAborted) is { } problem)
        {
            throw new RefusedException(
                OpenAiError.Invalid("destination_not_proven", problem, "destination_signature"));
        }

        var name = IdempotencyHeader.Read(context.Request) is { } key ? NameOf(caller, key) : null;
        var answer = await AskAsync(caller.Org, wish, caller.Key.ToString(), context.Actor(), name);
        var payout = answer is RefundAnswer.Requested requested
            ? requested.Payout
            : throw new RefusedException(ErrorOf(answer, wish.AmountField));
        await JsonAnswer.WriteAsync(context, writer => Write(writer, payout));
    }

    public async Task ListAsync(HttpContext context)
    {
        Paging.RefuseOthers(context.Request, "after", "limit");
        var limit = Paging.Limit(context.Request);
        var refunds = await treasury.ListAsync(
            context.Caller().Org, limit + 1, Paging.After(context.Request), context.RequestAborted);
        await Paging.WriteAsync(context, refunds, limit, refund => refund.Id, Write);
    }

    public async Task GetAsync(HttpContext context)
    {
        Paging.RefuseOthers(context.Request);
        var refund = await treasury.FindAsync(context.Caller().Org, IdOf(context), context.RequestAborted)
            ?? throw NotFound();
        await JsonAnswer.WriteAsync(context, writer => Write(writer, refund));
    }

    public async Task CancelAsync(HttpContext context)
    {
        var caller = context.Caller();
        _ = await treasury.FindAsync(caller.Org, IdOf(context), context.RequestAborted) ?? throw NotFound();
        await trail.NoteAsync(caller.Org, context.Actor(), new("refund.cancel_requested", IdOf(context)));
        var refund = await treasury.CancelAsync(
            IdOf(context), caller.Key.ToString(), "taken back by who asked", CancellationToken.None)
            ?? throw new RefusedException(new(StatusCodes.Status409Conflict, "conflict_error", "conflict",
                "This refund has been signed or has ended: it cannot be taken back."));
        await JsonAnswer.WriteAsync(context, writer => Write(writer, refund));
    }

    /// <summary>What is wrong with a wish's proof that its destination is the organisation's; null: nothing. What was
    /// paid before was proven before. DevNet's wallets are simulated, and their owners are nobody's
    /// customers.</summary>
    public async Task<string?> ProofProblemAsync(OrgId org, RefundRequest wish, CancellationToken ct)
    {
        var isNeeded = wish.Signature is null && !settings.IsDevNet
            && !await treasury.WasPaidAsync(org, wish.Destination, ct);
        return DestinationProof.Problem(wish.Destination, org, wish.Signature, isNeeded);
    }

    /// <summary>Asks for a refund and notes who did. Whether the answer is read or not, what was asked for is
    /// done.</summary>
    /// <param name="org">Whose credit.</param>
    /// <param name="wish">What is wished, its proof checked.</param>
    /// <param name="by">Who asks, as approvers are named: he cannot approve.</param>
    /// <param name="actor">The same for the audit log.</param>
    /// <param name="name">Asked again under it, it is the same refund; null: a new one.</param>
    public async Task<RefundAnswer> AskAsync(OrgId org, RefundRequest wish, string by, Actor actor, string? name)
    {
        await trail.NoteAsync(org, actor, new("refund.requested", wish.Destination, null, new()
        {
            ["amount_nusd"] = wish.Amount?.Value,
        }));
        return name is null
            ? await treasury.RequestRefundAsync(org, wish.Amount, wish.Destination, by, CancellationToken.None)
            : await treasury.RequestRefundAsync(name, org, wish.Amount, wish.Destination, by, CancellationToken.None);
    }

    // Under its Idempotency-Key a wish has one name for ever: asked again it is the same refund.
    private static string NameOf(Caller caller, string key)
    {
        var name = Encoding.UTF8.GetBytes($"{caller.Org}\n{caller.Key}\n{key}");
        return "pay_" + new Guid(SHA256.HashData(name).AsSpan(0, 16)).ToString("N");
    }

    private static string IdOf(HttpContext context) => (string?)context.Request.RouteValues["id"] ?? "";

    private static RefusedException NotFound() =>
        new(OpenAiError.NotFound("not_found", "Your organisation has no refund with this id."));

    private static OpenAiError ErrorOf(RefundAnswer answer, string field) => answer switch
    {
        RefundAnswer.Insufficient lack => OpenAiError.Invalid("invalid_value",
            $"At most {lack.Refundable.ToUsd()} USD can be paid back now: promotions, and what running requests hold, "
            + "cannot.", field) with
        {
            Details = writer => writer.WriteNumber("refundable_nusd"u8, lack.Refundable.Value),
        },
        RefundAnswer.BadDestination bad => OpenAiError.Invalid("invalid_value", bad.Problem, "destination"),
        RefundAnswer.TooSmall small => OpenAiError.Invalid("invalid_value",
            $"That is {small.Amount.Value} rao; the chain keeps no account with less than {small.Least.Value}.",
            field),
        RefundAnswer.IdTaken => IdempotencyErrors.Reused(),
        RefundAnswer.OrgFrozen => OpenAiError.Server(StatusCodes.Status503ServiceUnavailable, "org_frozen",
            "This organisation's account is frozen until a person has looked at it.", RetryAfterSeconds),
        _ => throw new InvalidOperationException($"Unknown answer {answer.GetType().Name}."),
    };

    private static void Write(Utf8JsonWriter writer, Payout refund)
    {
        writer.WriteStartObject();
        writer.WriteString("object"u8, "organization.refund"u8);
        writer.WriteString("id"u8, refund.Id);
        writer.WriteString("state"u8, WordOf(refund.State));
        writer.WriteMoney("amount", refund.Credit);
        writer.WriteNumber("amount_rao"u8, refund.Amount.Value);
        writer.WriteString("destination"u8, refund.Destination);
        writer.WriteString("requested_by"u8, refund.RequestedBy);
        writer.WriteString("requested_at"u8, Rfc3339(refund.Requested));
        writer.WriteString("not_before"u8, Rfc3339(refund.NotBefore));
        writer.WriteNumber("approvals"u8, refund.Approvers.Count);
        writer.WriteString("extrinsic_hash"u8, refund.Hash);
        writer.WriteString("block_hash"u8, refund.Block);
        writer.WriteStartArray("parts"u8);
        foreach (var part in refund.Parts)
        {
            writer.WriteStartObject();
            writer.WriteString("lot"u8, part.Source);
            writer.WriteNumber("rao"u8, part.Amount.Value);
            writer.WriteMoney("amount", part.Credit);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static string WordOf(PayoutState state) => state switch
    {
        PayoutState.Requested => "requested",
        PayoutState.Approved1 => "approved1",
        PayoutState.Approved2 => "approved2",
        PayoutState.Signed => "signed",
        PayoutState.Broadcast => "broadcast",
        PayoutState.Expired => "expired",
        PayoutState.Finalized => "paid",
        PayoutState.Failed => "failed",
        PayoutState.Cancelled => "cancelled",
    };

    private static string Rfc3339(DateTimeOffset at) =>
        at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
}
