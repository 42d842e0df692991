using Gateway.Api.Access;
using Gateway.Api.OpenAi;
using Gateway.Billing;

namespace Gateway.Api.Credits;

/// <summary>GET /v1/credits and GET /v1/key: what the caller's organisation has, and what this key used.</summary>
internal sealed class AccountEndpoints(Statements statements)
{
    public async Task CreditsAsync(HttpContext context)
    {
        var balance = await statements.BalanceAsync(context.Caller().Org, context.RequestAborted);
        await JsonAnswer.WriteAsync(context, writer =>
        {
            writer.WriteStartObject();
            writer.WriteStartObject("data"u8);
            writer.WriteMoney("total_credits", balance.Credited);
            writer.WriteMoney("total_usage", balance.Spent);
            writer.WriteMoney("available", balance.Available);
            writer.WriteMoney("held", balance.Held);
            writer.WriteMoney("pending", balance.Pending);
            writer.WriteEndObject();
            writer.WriteEndObject();
        });
    }

    public async Task KeyAsync(HttpContext context)
    {
        var caller = context.Caller();
        var used = await statements.SpentByKeyAsync(caller.Key, context.RequestAborted);
        await JsonAnswer.WriteAsync(context, writer =>
        {
            writer.WriteStartObject();
            writer.WriteStartObject("data"u8);
            writer.WriteString("id"u8, caller.Key.ToString());
            writer.WriteString("organization"u8, caller.Org.ToString());
            writer.WriteString("label"u8, caller.Label);
            writer.WriteString("last4"u8, caller.Last4);
            writer.WriteMoney("usage", used);

            // No key has a limit in this version: null is unlimited, as OpenRouter has it.
            writer.WriteNull("limit"u8);
            writer.WriteNull("limit_remaining"u8);
            writer.WriteNull("rate_limit"u8);
            writer.WriteString("created_at"u8, Rfc3339(caller.CreatedAt));
            writer.WriteString("expires_at"u8, caller.ExpiresAt is { } expires ? Rfc3339(expires) : null);
            writer.WriteEndObject();
            writer.WriteEndObject();
        });
    }

    private static string Rfc3339(DateTimeOffset at) =>
        at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", System.Globalization.CultureInfo.InvariantCulture);
}
