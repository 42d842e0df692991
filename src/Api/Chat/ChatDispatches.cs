using Gateway.Api.Chat.Shapes;
using Gateway.Api.OpenAi;
using Gateway.Billing;
using Gateway.Router;

namespace Gateway.Api.Chat;

/// <summary>Makes the router's order from what the edge knows.</summary>
internal static class ChatDispatches
{
    public static ChatDispatch From(
        RequestIdentity identity,
        ChatOrder order,
        Quote quote,
        RoutePlan plan,
        CancellationToken stopping)
    {
        var chat = order.Chat;
        return new(
            order.Body, chat.Stream, chat.IncludeUsage, chat.MaxTokens, chat.Choices, quote.InputTokensBound,
            Math.Min(Quoting.InputEstimate(chat), quote.InputTokensBound),
            identity.Started, identity.Timestamp, identity.Salt, stopping)
        {
            Prompts =
            [
                .. chat.Prompts.Select(one => new PromptCall(
                    one.Body, Quoting.BoundOf(one, chat, plan), Quoting.EstimateOf(one, chat, plan))),
            ],
            Printer = order.Printer,
            Task = chat.Call,
            Rules = RulesOf(chat, plan),
            LineInputBounds = quote.LineInputBounds,
        };
    }

    /// <summary>Whether the whole answer is read and checked before any of it is sent, even of a stream.</summary>
    public static bool IsHeldBack(RoutePlan plan) =>
        (plan.Own & Features.Json) != 0 || plan.Lines.Count > 1;

    // An expert that holds itself to JSON may stream it; what comes in one piece is checked all the same.
    private static AnswerRules RulesOf(ChatRequest chat, RoutePlan plan) => chat.Rules with
    {
        MustFit = (plan.Own & Features.Json) != 0 || (chat.Rules.MustFit && !chat.Stream),
        Calls = (plan.Own & Features.Choices) != 0 ? chat.ChoicesOfEach : 1,
    };
}
