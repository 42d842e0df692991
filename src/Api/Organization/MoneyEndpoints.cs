using System.Globalization;
using System.Text.Json;
using Gateway.Api.Access;
using Gateway.Api.OpenAi;
using Gateway.Billing;

namespace Gateway.Api.Organization;

/// <summary>GET /v1/organization/deposits: what arrived on the chain and what became of it.</summary>
internal sealed class MoneyEndpoints(Statements statements, SeenDeposits seen)
{
    private const int UsualPage = 20;
    private const int MaxPage = 100;

    public async Task DepositsAsync(HttpContext context)
    {
        var query = new QueryReader(context.Request, "after", "limit");
        var limit = (int)(query.Integer("limit", 1, MaxPage) ?? UsualPage);
        var after = query.Text("after");
        var org = context.Caller().Org;

        // What is not in the books stands above all that is: on the first page, or nowhere.
        var arriving = after is null ? await seen.OfAsync(org, context.RequestAborted) : [];

        // One more than asked for tells whether there are more.
        var booked = await statements.DepositsAsync(org, limit + 1, after, context.RequestAborted);
        var known = booked.Select(deposit => deposit.Id).ToHashSet(StringComparer.Ordinal);
        var deposits = arriving.Where(deposit => !known.Contains(deposit.Id)).Concat(booked).ToList();
        var shown = deposits.Take(limit).ToList();
        var best = seen.Best;
        await JsonAnswer.WriteAsync(context, writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("object"u8, "list"u8);
            writer.WriteStartArray("data"u8);
            shown.ForEach(deposit => Write(writer, deposit, best));
            writer.WriteEndArray();
            writer.WriteString("first_id"u8, shown.FirstOrDefault()?.Id);
            writer.WriteString("last_id"u8, shown.LastOrDefault()?.Id);
            writer.WriteBoolean("has_more"u8, deposits.Count > limit);
            writer.WriteEndObject();
        });
    }

    private static void Write(Utf8JsonWriter writer, DepositLine deposit, long? best)
    {
        writer.WriteStartObject();
        writer.WriteString("object"u8, "organization.deposit"u8);
        writer.WriteString("id"u8, deposit.Id);
        writer.WriteString("state"u8, deposit.State);
        writer.WritePropertyName("tao"u8);
        writer.WriteRawValue(deposit.Amount.ToTao());
        writer.WriteNumber("rao"u8, deposit.Amount.Value);
        writer.WriteString("usd_per_tao"u8, deposit.Rate?.ToUsdPerTao());
        if (deposit.Credit is { } credit)
        {
            writer.WriteMoney("credit", credit);
        }
        else
        {
            writer.WriteNull("credit"u8);
            writer.WriteNull("credit_nusd"u8);
        }

        writer.WriteString("address"u8, deposit.Address);
        writer.WriteNumber("block"u8, deposit.Height);
        writer.WriteString("block_hash"u8, deposit.BlockHash);
        writer.WriteNumber("event_index"u8, deposit.EventIndex);
        writer.WriteString("block_time"u8,
            deposit.BlockTime.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture));

        // Blocks from this one up, itself included; unknown in a process that does not watch the chain.
        if (best >= deposit.Height)
        {
            writer.WriteNumber("confirmations"u8, best.Value - deposit.Height + 1);
        }
        else
        {
            writer.WriteNull("confirmations"u8);
        }

        writer.WriteEndObject();
    }
}
