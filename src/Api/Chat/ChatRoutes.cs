using Gateway.Api.Access;
using Gateway.Api.OpenAi;
using Gateway.Core;
using Gateway.Router;

namespace Gateway.Api.Chat;

/// <summary>Asks the router for a plan.</summary>
internal static class ChatRoutes
{
    // What an answer's time and price are reckoned with before it is there.
    private const long UsualAnswer = 256;
    private const long LongAnswer = 1024;

    // Each is a call of its own, for a prompt that is billed once.
    private const int MostOwnCalls = 4;

    /// <exception cref="RefusedException">Nobody can take the request.</exception>
    public static RoutePlan Plan(ModelRouter router, RequestId id, Caller caller, ChatRequest chat)
    {
        var planned = router.Plan(new(id, chat.Model, chat.Needs, chat.Wish)
        {
            Task = chat.Task,
            Voice = chat.Voice,
            Models = caller.ChoiceOf(chat.Model),
            Own = OwnOf(chat),
            Prompts = Math.Max(1, chat.Prompts.Count),
            InputTokens = Quoting.LongestInput(chat),
            OutputTokens = Math.Min(chat.MaxTokens ?? UsualAnswer, LongAnswer),
            Answer = chat.Answer,
            Owner = caller.Org.Value,
            Prefix = ConversationPrefix.Of(caller.Org, chat.Prefix),
            Text = chat.Text,
        });
        return planned is Planned.Route { Plan: var plan }
            ? plan
            : throw new RefusedException(RouteErrors.From(planned, chat));
    }

    private static Features OwnOf(ChatRequest chat) =>
        chat.ChoicesOfEach <= MostOwnCalls ? Features.Choices | Features.Json : Features.Json;
}
