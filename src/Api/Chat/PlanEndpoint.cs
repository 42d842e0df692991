using System.Text.Json;
using Gateway.Api.Access;
using Gateway.Api.OpenAi;
using Gateway.Billing;
using Gateway.Router;
using Microsoft.AspNetCore.Http.Features;

namespace Gateway.Api.Chat;

/// <summary>POST /v1/route: how a chat request would be routed and the most it could cost. Nothing is sent and nothing
/// set aside; it is free.</summary>
internal sealed class PlanEndpoint(ModelRouter router, Ledger ledger, BodyBudget budget)
{
    public const string Path = "/v1/route";

    public async Task PostAsync(HttpContext context)
    {
        using var body = await RequestBody.ReadAsync(context.Request, budget, ChatEndpoint.MaxBody);
        var chat = Read(body, context.Request);
        var caller = context.Caller();
        if (!caller.MayCall(chat.Model))
        {
            throw new RefusedException(Admission.Forbidden(chat.Model));
        }

        var identity = context.Features.GetRequiredFeature<RequestIdentity>();
        var plan = ChatRoutes.Plan(router, identity.Id, caller, chat);
        var quote = Quoting.Quote(ledger, plan, chat, body.Bytes.Length);
        await JsonAnswer.WriteAsync(context, writer => Write(writer, plan, quote));
    }

    private static ChatRequest Read(RequestBody body, HttpRequest request)
    {
        using var document = StrictJson.Parse(body.Bytes);
        return ChatRequestReader.Read(
            document.RootElement, request.Headers[ChatRequestReader.MaxCostHeader],
            request.HttpContext.Features.Get<Caller>()?.Routing);
    }

    private static void Write(Utf8JsonWriter writer, RoutePlan plan, Quote quote)
    {
        writer.WriteStartObject();
        writer.WriteString("object"u8, "route"u8);
        writer.WriteString("strategy"u8, StrategyNames.NameOf(plan.Used));
        writer.WriteStartArray("lines"u8);
        var ceilings = quote.LineCeilings;
        for (var i = 0; i < plan.Lines.Count; i++)
        {
            var line = plan.Lines[i];
            writer.WriteStartObject();
            writer.WriteString("role"u8, line.Role);
            writer.WriteString("model"u8, line.Candidates[0].Model.Value);
            writer.WriteString("expert"u8, line.Candidates[0].Name);
            writer.WriteNumber("ceiling_nusd"u8, (ceilings.Count > 0 ? ceilings[i] : quote.Ceiling).Value);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteMoney("ceiling", quote.Ceiling);
        writer.WriteNumber("input_tokens_bound"u8, quote.InputTokensBound);
        writer.WriteNumber("output_tokens_limit"u8, quote.OutputTokensLimit);
        writer.WritePropertyName("route"u8);
        plan.WriteRoute(writer);
        writer.WriteString("reason"u8, plan.Reason);
        writer.WriteEndObject();
    }
}
