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
        CancellationToken stopping)
    {
        var chat = order.Chat;
        return new(
            order.Body, chat.Stream, chat.IncludeUsage, chat.MaxTokens, chat.Choices, quote.InputTokensBound,
            Math.Min(Quoting.InputEstimate(chat), quote.InputTokensBound),
            identity.Started, identity.Timestamp, identity.Salt, stopping)
        {
            Printer = order.Printer,
            Task = chat.Call,
            LineInputBounds = quote.LineInputBounds,
        };
    }
}
