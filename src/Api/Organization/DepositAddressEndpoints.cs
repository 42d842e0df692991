using System.Globalization;
using System.Text.Json;
using Gateway.Api.Access;
using Gateway.Api.Audit;
using Gateway.Api.OpenAi;
using Gateway.Api.Wiring;
using Gateway.Billing;
using Gateway.ChainBridge;

namespace Gateway.Api.Organization;

/// <summary>GET and POST /v1/organization/deposit_addresses: where the organisation sends TAO to. Every address is its
/// own for ever; a new one is for telling payers apart.</summary>
internal sealed class DepositAddressEndpoints(AddressDesk desk, AuditTrail trail, ChainLink chain)
{
    public const string Path = "/v1/organization/deposit_addresses";

    private const string MinimumRao = "1000000";
    private const int RetryAfterSeconds = 60;

    public async Task ListAsync(HttpContext context)
    {
        Paging.RefuseOthers(context.Request, "after", "limit");
        var limit = Paging.Limit(context.Request);
        var after = Paging.After(context.Request);
        var all = await desk.ListAsync(context.Caller().Org, context.RequestAborted);
        var rest = after is null
            ? all
            : [.. all.SkipWhile(address => address.Address != after).Skip(1)];
        await Paging.WriteAsync(context, rest, limit, address => address.Address, Write);
    }

    public async Task CreateAsync(HttpContext context)
    {
        if (!desk.CanAdd)
        {
            throw new RefusedException(Unavailable("This gateway gives out no deposit addresses: its operator must set "
                + "Gateway:Chain:DepositParent to the account above them, or Gateway:Chain:DepositPool to a list. What "
                + "you have sent before is not lost."));
        }

        // What was made is kept whether the answer is read or not: an address is never taken back.
        var org = context.Caller().Org;
        await trail.NoteAsync(org, context.Actor(), new("deposit_address.requested", org.ToString()));
        var address = await desk.AddAsync(org, CancellationToken.None)
            ?? throw new RefusedException(await WhyNotAsync(org, context.RequestAborted));
        await JsonAnswer.WriteAsync(context, writer => Write(writer, address));
    }

    private async Task<OpenAiError> WhyNotAsync(Core.OrgId org, CancellationToken cancellationToken) =>
        await desk.StockAsync(cancellationToken) is { Left: 0 }
            ? Unavailable("All deposit addresses of this gateway are given out: its operator must make a longer list "
                + "(command deposit-pool) and start with it. Addresses that you have stay yours: GET lists them.")
        : (await desk.ListAsync(org, cancellationToken)).Count == 0
            ? Unavailable("The chain is not watched yet, so a deposit could be overlooked. Repeat it in a minute.")
            : new(StatusCodes.Status409Conflict, "conflict_error", "conflict",
                $"An organisation has at most {AddressDesk.MostPerOrganization} deposit addresses. All of them stay "
                + "yours: GET lists them.")
            {
                ShouldRetry = false,
            };

    private static OpenAiError Unavailable(string message) =>
        OpenAiError.Server(StatusCodes.Status503ServiceUnavailable, "deposits_unavailable", message, RetryAfterSeconds);

    private void Write(Utf8JsonWriter writer, DepositAddress address)
    {
        writer.WriteStartObject();
        writer.WriteString("object"u8, "organization.deposit_address"u8);
        writer.WriteString("id"u8, address.Address);
        writer.WriteString("address"u8, address.Address);
        writer.WriteString("check_words"u8, ChainAddress.CheckWords(address.Address));
        writer.WriteString("network"u8, "bittensor"u8);
        writer.WriteString("genesis"u8, chain.Current?.Genesis);
        writer.WriteString("asset"u8, "TAO"u8);
        writer.WriteString("minimum_rao"u8, MinimumRao);
        writer.WriteString("credited_when"u8, "finalized"u8);
        writer.WriteString("created_at"u8, address.Made.UtcDateTime.ToString(
            "yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture));
        writer.WriteEndObject();
    }
}
