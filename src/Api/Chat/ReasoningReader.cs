using System.Text.Json;
using Gateway.Api.OpenAi;
using Gateway.Router;

namespace Gateway.Api.Chat;

/// <summary>Reads how an expert should think: <c>reasoning_effort</c> as OpenAI has it, and <c>reasoning</c> as
/// OpenRouter has it, which may say it in tokens and keep the thoughts out of the answer. Experts know the effort
/// alone, so that is what they are told.</summary>
internal sealed class ReasoningReader
{
    private const string Field = "reasoning";
    private const string OpenAiField = "reasoning_effort";
    private const int MaxEffortLength = 16;

    // A budget in tokens as an effort; those that Anthropic's API is asked with fall into the same three.
    private const long Low = 2048;
    private const long Medium = 8192;

    private static readonly string[] Efforts = ["none", "minimal", "low", "medium", "high", "xhigh"];

    private string? _plain;
    private string? _effort;
    private long? _budget;
    private bool _isHidden;

    public void ReadEffort(JsonElement value) => _plain = EffortOf(value, OpenAiField);

    public void Read(JsonElement value)
    {
        FieldReader.RefuseOthers(value, Field, "effort", "max_tokens", "exclude");
        foreach (var member in value.EnumerateObject().Where(static one => !FieldReader.IsAbsent(one.Value)))
        {
            var path = $"{Field}.{member.Name}";
            switch (member.Name)
            {
                case "effort":
                    _effort = EffortOf(member.Value, path);
                    break;
                case "max_tokens":
                    _budget = FieldReader.Integer(member.Value, path, 1, int.MaxValue);
                    break;
                default:
                    _isHidden = FieldReader.Flag(member.Value, path);
                    break;
            }
        }
    }

    /// <summary>Adds what was read to the answer's rules.</summary>
    /// <param name="rules">The rules so far.</param>
    /// <param name="maxTokens">The most tokens of the answer, thoughts included, where the caller says.</param>
    /// <exception cref="RefusedException">The members contradict each other.</exception>
    public AnswerRules Finish(AnswerRules rules, long? maxTokens)
    {
        if (_budget is not null && (_effort ?? _plain) is not null)
        {
            throw Contradiction("an effort and 'max_tokens'", $"{Field}.max_tokens");
        }

        if (_plain is not null && _effort is not null && _plain != _effort)
        {
            throw Contradiction($"another effort than '{OpenAiField}'", $"{Field}.effort");
        }

        if (_budget >= maxTokens)
        {
            throw FieldReader.OutOfRange($"{Field}.max_tokens", "fewer than the answer's tokens, thoughts included");
        }

        return rules with { HidesReasoning = _isHidden, Effort = _plain is null ? _effort ?? OfBudget() : null };
    }

    private string? OfBudget() => _budget switch
    {
        null => null,
        <= Low => "low",
        <= Medium => "medium",
        _ => "high",
    };

    private static RefusedException Contradiction(string what, string path) =>
        new(OpenAiError.Invalid("invalid_value", $"'{Field}' names {what}. Send one.", path));

    private static string EffortOf(JsonElement value, string path) =>
        FieldReader.Text(value, path, MaxEffortLength) is var effort && Efforts.Contains(effort)
            ? effort
            : throw FieldReader.OutOfRange(path, string.Join(", ", Efforts));
}
