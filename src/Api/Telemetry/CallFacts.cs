using Gateway.Api.Chat;
using Gateway.Billing;
using Gateway.Router;

namespace Gateway.Api.Telemetry;

/// <summary>What is known of one request, among its features: filled on its way, read once when it has ended. It holds
/// figures and names of ours; nothing here is ever a prompt, an answer or a key.</summary>
internal sealed class CallFacts
{
    /// <summary>What was asked for; null: no call of a model, or refused before it was read.</summary>
    public ChatRequest? Chat { get; private set; }

    /// <summary>How it was planned.</summary>
    public RoutePlan? Route { get; private set; }

    /// <summary>What came of it.</summary>
    public Delivery? Delivery { get; private set; }

    /// <summary>What it took; of a call that was sent to an expert.</summary>
    public AnswerTiming? Timing { get; private set; }

    /// <summary>What the caller was charged.</summary>
    public long ChargeNusd { get; private set; }

    /// <summary>The error's code; empty without one.</summary>
    public string Code { get; set; } = "";

    /// <summary>Bytes of the request's body.</summary>
    public long BytesIn { get; set; }

    /// <summary>Bytes of an answer that came from no expert.</summary>
    public long BytesOut { get; set; }

    /// <summary>Timestamps spent waiting for the caller to send his body.</summary>
    public long BodyWait { get; set; }

    /// <summary>Those of a request; null where nobody counts.</summary>
    public static CallFacts? Of(HttpContext context) => context.Features.Get<CallFacts>();

    public void Ask(ChatRequest chat) => Chat = chat;

    public void Plan(RoutePlan route) => Route = route;

    public void Settle(Delivery delivery, Settled settled) =>
        (Delivery, ChargeNusd) = (delivery, settled.Charge.Value);

    public void End(AnswerTiming timing) => Timing = timing;
}
