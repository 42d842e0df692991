using Gateway.Api.Access;
using Gateway.Api.OpenAi;
using Gateway.Api.Organization;
using Gateway.Billing;

namespace Gateway.Api.Credits;

/// <summary>GET /v1/credits: what the caller's organisation has.</summary>
internal sealed class AccountEndpoints(Statements statements)
{
    public async Task CreditsAsync(HttpContext context)
    {
        Paging.RefuseOthers(context.Request);
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
            writer.WriteMoney("refunding", balance.Refunding);
            writer.WriteMoney("refunded", balance.Refunded);
            writer.WriteEndObject();
            writer.WriteEndObject();
        });
    }
}
