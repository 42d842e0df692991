using Gateway.Api.OpenAi;
using Gateway.Billing;
using Gateway.Router;

namespace Gateway.Api.Chat;

/// <summary>Bounds what a chat request may cost before it is sent.</summary>
internal static class Quoting
{
    // Room for the chat template's own tokens around each prompt.
    private const int TemplateTokens = 256;
    private const int TokensPerImage = 2048;

    // Speech at the lowest usual rate, 4 KB a second, is about 20 tokens a second.
    private const int SoundBytesPerToken = 256;
    private const int TokensPerSound = 64;
    private const int FirstStreamTokens = 1024;
    private const int EditedTokens = 2;
    private const int WholeAnswerTokens = 4096;
    private const int BytesPerTokenAtLeast = 4;

    // No tokenizer in use makes tokens longer than this on average, not even of blanks.
    private const int BytesPerTokenAtMost = 16;

    /// <summary>A price lock and the amount to hold: input at its upper bound, output for the first 1,024 tokens of a
    /// stream, or all of it when the answer comes in one piece and cannot be stopped half-way, as those of several
    /// experts and those that are checked do.</summary>
    /// <exception cref="RefusedException">Prompt or max tokens above the model's limits, cap too low, no
    /// price.</exception>
    public static Quote Quote(
        Ledger ledger, RoutePlan plan, ChatRequest chat, long bodyBytes, PriceTier tier = PriceTier.Standard)
    {
        var each = OutputLimit(plan, chat);
        if (chat.Task == ModelTask.Chat && LongestBytes(chat) / BytesPerTokenAtMost > plan.ContextLength)
        {
            throw new RefusedException(ContextExceeded(plan.ContextLength));
        }

        var input = chat.InputBound ?? (chat.Prompts.Count > 0
            ? chat.Prompts.Sum(one => BoundOf(one, chat, plan))
            : Math.Min(InputBound(chat, bodyBytes), plan.ContextLength));
        var isPiecewise = chat.Stream && !ChatDispatches.IsHeldBack(plan);
        var quoted = ledger.Quote(new(
            plan.Models,
            input,
            chat.Choices * each,
            chat.Choices * (isPiecewise ? Math.Min(each, FirstStreamTokens) : each),
            chat.MaxCost)
        {
            UnitsBound = chat.Call?.Most ?? default,
            Tier = tier,
            Lines = plan.Lines.Count == 1 ? [] : [.. plan.Lines.Select(line => LineOf(plan, line, input, each))],
        });
        return quoted switch
        {
            Quoted.Priced { Quote: var quote } when quote.OutputTokensLimit == chat.Choices * each
                || chat.Task == ModelTask.Chat => quote,
            Quoted.Priced => throw new RefusedException(OpenAiError.Invalid("max_cost_too_low",
                $"{chat.MaxCostField} does not pay for the whole answer, and a part of it is none.",
                chat.MaxCostField)),
            Quoted.NoPrice { Model: var model } => throw new RefusedException(OpenAiError.NotFound("model_not_found",
                $"The model '{model}' has no price, so it cannot be sold. Choose another from GET /v1/models.",
                "model")),
            Quoted.MaxCostTooLow { Minimum: var minimum } => throw new RefusedException(OpenAiError.Invalid(
                "max_cost_too_low",
                $"This request may cost {minimum.ToUsd()} USD with its first token. "
                    + $"Raise {chat.MaxCostField} or shorten the prompt.",
                chat.MaxCostField)),
            Quoted.TooLarge => throw new RefusedException(OpenAiError.Invalid("invalid_value",
                "The request's price does not fit. Lower max_tokens.", chat.MaxTokensField)),
            _ => throw new InvalidOperationException($"Unknown quote {quoted.GetType().Name}."),
        };
    }

    // An editor reads the draft too, which is as long as an answer may be: in its own tokens perhaps twice as many.
    private static QuoteLine LineOf(RoutePlan plan, PlanLine line, long input, long each)
    {
        var bound = line.Role == "editor" ? input + (EditedTokens * each) + TemplateTokens : input;
        return new(
            line.Role, [.. line.Candidates.Select(upstream => upstream.Model).Distinct()],
            Math.Min(bound, plan.ContextLength));
    }

    /// <summary>The least we believe when an expert reports no usage: four bytes a token.</summary>
    public static long InputEstimate(ChatRequest chat) => chat.Prompt.PlainBytes / BytesPerTokenAtLeast;

    /// <summary>The same of the longest of its prompts.</summary>
    public static long LongestInput(ChatRequest chat) => LongestBytes(chat) / BytesPerTokenAtLeast;

    /// <summary>The most input tokens that one of several prompts may be billed.</summary>
    public static long BoundOf(PromptPart one, ChatRequest chat, RoutePlan plan) =>
        Math.Min(one.Body.Length - chat.MaxCostBytes + TemplateTokens, plan.ContextLength);

    /// <summary>The least of it.</summary>
    public static long EstimateOf(PromptPart one, ChatRequest chat, RoutePlan plan) =>
        Math.Min(one.PlainBytes / BytesPerTokenAtLeast, BoundOf(one, chat, plan));

    public static OpenAiError ContextExceeded(long contextLength) => OpenAiError.Invalid("context_length_exceeded",
        $"The prompt is longer than the model's context of {contextLength} tokens. Shorten it.", "messages");

    private static long LongestBytes(ChatRequest chat) =>
        chat.Prompts.Count > 0 ? chat.Prompts.Max(static one => one.PlainBytes) : chat.Prompt.PlainBytes;

    /// <summary>Output tokens of each choice; of what is no chat they are known. A whole answer
    /// whose caller gave no limit gets a usual one, since all of it is held.</summary>
    private static long OutputLimit(RoutePlan plan, ChatRequest chat)
    {
        if (chat.Task != ModelTask.Chat)
        {
            return chat.Call?.Most.Output ?? 0;
        }

        var limit = plan.OutputTokensLimit;
        if (chat.MaxTokens > limit)
        {
            throw FieldReader.OutOfRange(chat.MaxTokensField!, $"a whole number, 1 to {limit} for this model");
        }

        var isPiecewise = chat.Stream && !ChatDispatches.IsHeldBack(plan);
        return chat.MaxTokens ?? (isPiecewise ? limit : Math.Min(limit, WholeAnswerTokens));
    }

    // No tokenizer makes more tokens than bytes; media stand in the body as data and are counted apart.
    private static long InputBound(ChatRequest chat, long bodyBytes)
    {
        var prompt = chat.Prompt;
        return bodyBytes - chat.MaxCostBytes - prompt.ImageBytes - prompt.SoundBytes + TemplateTokens
            + (prompt.Images * (long)TokensPerImage)
            + (prompt.Sounds * (long)TokensPerSound) + (prompt.SoundBytes / SoundBytesPerToken);
    }
}
