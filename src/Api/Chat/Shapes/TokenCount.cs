using Gateway.Api.Access;
using Gateway.Api.OpenAi;
using Gateway.Core;
using Gateway.Router;

namespace Gateway.Api.Chat.Shapes;

/// <summary>Counts a prompt's tokens for those who only want to know. No expert tells its tokenizer, so it is an
/// estimate, made as rate limits make theirs.</summary>
internal static class TokenCount
{
    private const string EstimatedHeader = "x-gateway-estimated";

    // English has four bytes a token; tools and images are parts of the prompt too.
    private const int BytesPerToken = 4;
    private const int TokensPerImage = 85;

    /// <summary>Answers with the count.</summary>
    /// <param name="context">The request.</param>
    /// <param name="board">Who serves what.</param>
    /// <param name="order">The prompt.</param>
    /// <param name="kind">The answer's <c>object</c>, where the shape has one.</param>
    /// <exception cref="RefusedException">403 for another model than the key may call, 404 for one that nobody
    /// serves.</exception>
    public static Task WriteAsync(HttpContext context, RouteBoard board, ChatOrder order, string? kind = null)
    {
        RequireModel(board, context.Caller(), order.Chat);
        context.Response.Headers[EstimatedHeader] = "true";
        return JsonAnswer.WriteAsync(context, writer =>
        {
            writer.WriteStartObject();
            if (kind is not null)
            {
                writer.WriteString("object"u8, kind);
            }

            writer.WriteNumber("input_tokens"u8, Estimate(order));
            writer.WriteEndObject();
        });
    }

    // At least 1.
    private static long Estimate(ChatOrder order)
    {
        var prompt = order.Chat.Prompt;
        return Math.Max(1, ((prompt.PlainBytes + order.Chat.ToolBytes + BytesPerToken - 1) / BytesPerToken)
            + (prompt.Images * (long)TokensPerImage));
    }

    private static void RequireModel(RouteBoard board, Caller caller, ChatRequest chat)
    {
        if (!caller.MayCall(chat.Model))
        {
            throw new RefusedException(Admission.Forbidden(chat.Model));
        }

        var models = board.Models.Select(offer => offer.Model).ToArray();
        if (chat.Model != ModelId.Auto && !models.Contains(chat.Model))
        {
            throw new RefusedException(RouteErrors.From(new Planned.UnknownModel(models), chat));
        }
    }
}
