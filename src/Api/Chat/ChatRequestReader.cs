using System.Collections.Frozen;
using System.Runtime.InteropServices;
using System.Text.Json;
using Gateway.Api.Access;
using Gateway.Api.OpenAi;
using Gateway.Core;
using Gateway.Router;

namespace Gateway.Api.Chat;

/// <summary>Reads and checks a chat request: every field of OpenAI's that changes the meaning is checked or refused by
/// name; members nobody knows go to the expert untouched and are named in a header.</summary>
internal sealed class ChatRequestReader
{
    // For clients that cannot send the routing object: a strategy behind the model, such as auto:cheapest.
    private const string AutoPrefix = "auto:";

    /// <summary>The header that caps a request's price beside its body.</summary>
    public const string MaxCostHeader = "x-max-cost";

    private const int MaxUserLength = 64;
    private const int MaxChoices = 16;
    private const int MaxMetadata = 16;
    private const int MaxCostLength = 32;

    // They multiply work, contradict the limits that were priced, or lead elsewhere.
    private static readonly string[] OfOtherServers =
    [
        "best_of", "use_beam_search", "beam_width", "num_beams", "prompt_logprobs", "echo", "max_new_tokens",
        "max_length", "min_tokens", "min_new_tokens", "ignore_eos", "num_return_sequences", "base_url", "api_base",
        "api_key",
    ];

    // Names of ours in another case: some servers read them as the same member, and then they and we disagree.
    private static readonly FrozenSet<string> KnownNames = new[]
    {
        "model", "messages", "stream", "stream_options", "max_tokens", "max_completion_tokens", "max_cost", "routing",
        "temperature", "top_p", "frequency_penalty", "presence_penalty", "seed", "stop", "logit_bias", "n", "tools",
        "functions", "tool_choice", "function_call", "parallel_tool_calls", "response_format", "logprobs",
        "top_logprobs", "modalities", "audio", "user", "safety_identifier", "metadata", "store", "service_tier",
        "prediction", "verbosity", "reasoning_effort", "reasoning", "models", "moderation", "web_search_options",
        "prompt_cache_key", "prompt_cache_retention",
    }.Concat(OfOtherServers).ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    private readonly List<string> _ignored = [];
    private readonly List<string> _unverified = [];
    private ModelId? _model;
    private Prompt? _prompt;
    private Features _needs;
    private RouteWish _wish = RouteWish.None;
    private bool _hasOwnStrategy;
    private Strategy _strategyOfModel;
    private ulong _prefix;
    private JsonElement _messages;
    private readonly ToolsReader _tools = new();
    private NanoUsd? _maxCost;
    private int _costBytes;
    private long _toolBytes;
    private int _choices = 1;
    private (string Field, long Value)? _maxTokens;
    private string? _user;
    private string? _safetyId;
    private readonly ReasoningReader _reasoning = new();
    private AnswerRules _rules = AnswerRules.None;
    private bool _stream;
    private bool _includeUsage;
    private bool _logprobs;
    private bool _topLogprobs;

    /// <summary>Whether chat has a field of this name, or refuses it by name.</summary>
    public static bool IsField(string name) => KnownNames.TryGetValue(name, out var exact) && exact == name;

    /// <summary>Reads the request's body.</summary>
    /// <param name="root">The body, parsed by <see cref="StrictJson"/>.</param>
    /// <param name="maxCostHeader">The header <c>x-max-cost</c>, if sent; the lower cap wins.</param>
    /// <param name="routing">What the caller's key wishes where the body says nothing; null: nothing.</param>
    public static ChatRequest Read(JsonElement root, string? maxCostHeader, RouteWish? routing = null)
    {
        var reader = new ChatRequestReader { _wish = routing ?? RouteWish.None };
        foreach (var member in root.EnumerateObject())
        {
            if (!FieldReader.IsAbsent(member.Value))
            {
                reader.ReadMember(member.Name, member.Value);
            }
        }

        return reader.Finish(maxCostHeader);
    }

    private void ReadMember(string name, JsonElement value)
    {
        var known = ReadOwn(name, value) || ReadSampling(name, value)
            || ReadCapability(name, value) || ReadWithoutEffect(name, value);
        if (!known)
        {
            ReadUnknown(name, value);
        }
    }

    private void ReadUnknown(string name, JsonElement value)
    {
        if (FieldReader.IsLookalike(name, KnownNames))
        {
            throw FieldReader.Lookalike(name, "");
        }

        // It would go on to an expert, whoever that is.
        if (ApiKey.StandsIn(value.GetRawText()))
        {
            throw new RefusedException(OpenAiError.InvalidKey(
                "An API key stands in the body. Send it only in the header 'Authorization: Bearer gw-...'."));
        }

        if (OfOtherServers.Contains(name))
        {
            throw FieldReader.Unsupported(name, $"'{name}' is not supported: it is not of this API.");
        }

        _unverified.Add(name);
    }

    private bool ReadOwn(string name, JsonElement value)
    {
        switch (name)
        {
            case "model":
                _model = ReadModel(value);
                return true;
            case "messages":
                _messages = value;
                _prompt = MessagesReader.Read(value);
                _prefix = ConversationPrefix.Of(value);
                return true;
            case "stream":
                _stream = FieldReader.Flag(value, name);
                return true;
            case "stream_options":
                ReadStreamOptions(value);
                return true;
            case "max_tokens" or "max_completion_tokens":
                ReadMaxTokens(name, value);
                return true;
            case "max_cost":
                _costBytes = JsonMarshal.GetRawUtf8Value(value).Length;
                var cost = value.ValueKind == JsonValueKind.String ? value.GetString()! : value.GetRawText();
                _maxCost = ReadCost(cost, name);
                return true;
            case "routing":
                _wish = RouteWishReader.Read(value, _wish);
                _hasOwnStrategy = value.TryGetProperty("strategy"u8, out var own) && !FieldReader.IsAbsent(own);
                return true;
            default:
                return false;
        }
    }

    private bool ReadSampling(string name, JsonElement value)
    {
        switch (name)
        {
            case "temperature":
                FieldReader.CheckNumber(value, name, 0, 2);
                return true;
            case "top_p":
                FieldReader.CheckNumber(value, name, 0, 1);
                if (value.GetDouble() == 0)
                {
                    throw FieldReader.OutOfRange(name, "a number above 0, at most 1");
                }

                return true;
            case "frequency_penalty" or "presence_penalty":
                FieldReader.CheckNumber(value, name, -2, 2);
                return true;
            case "reasoning_effort":
                _reasoning.ReadEffort(value);
                return true;
            case "reasoning":
                _reasoning.Read(value);
                return true;
            case "seed":
                FieldReader.Integer(value, name, long.MinValue, long.MaxValue);
                return true;
            case "stop":
                _rules = _rules with { Stops = StopReader.Read(value) };
                return true;
            case "logit_bias":
                _needs |= BiasReader.Check(value, name) ? Features.LogitBias : Features.None;
                return true;
            default:
                return false;
        }
    }

    private bool ReadCapability(string name, JsonElement value)
    {
        switch (name)
        {
            case "n":
                _choices = (int)FieldReader.Integer(value, name, 1, MaxChoices);
                _needs |= _choices > 1 ? Features.Choices : Features.None;
                return true;
            case "tools" or "functions":
                _needs |= _tools.ReadList(value, name) > 0 ? Features.Tools : Features.None;
                _toolBytes += JsonMarshal.GetRawUtf8Value(value).Length;
                return true;
            case "tool_choice" or "function_call":
                _tools.ReadChoice(value, name);
                return true;
            case "parallel_tool_calls":
                _rules = _rules with { HasOneToolCall = !FieldReader.Flag(value, name) };
                return true;
            case "response_format":
                ReadFormat(value);
                return true;
            case "logprobs":
                _logprobs = FieldReader.Flag(value, name);
                return true;
            case "top_logprobs":
                _topLogprobs = FieldReader.Integer(value, name, 0, 20) >= 0;
                return true;
            case "modalities":
                RequireText(value);
                return true;
            case "audio":
                throw FieldReader.Unsupported(name, "'audio' is not supported: no expert here answers in sound.");
            case "web_search_options" or "moderation" or "models":
                throw FieldReader.Unsupported(name, $"'{name}' is not supported: no expert here does it.");
            default:
                return false;
        }
    }

    private void ReadFormat(JsonElement value)
    {
        var wish = ResponseFormatReader.Read(value);
        _needs |= wish == FormatWish.Text ? Features.None : Features.Json;
        _rules = _rules with { MustFit = wish == FormatWish.CheckedJson };
    }

    private bool ReadWithoutEffect(string name, JsonElement value)
    {
        switch (name)
        {
            case "user":
                _user = ReadUser(value, name);
                return true;
            case "safety_identifier":
                _safetyId = ReadUser(value, name);
                return true;
            case "metadata":
                BiasReader.CheckTexts(value, name, MaxMetadata);
                return true;
            case "service_tier" or "store" or "prompt_cache_key" or "prompt_cache_retention":
            case "prediction" or "verbosity":
                _ignored.Add(name);
                return true;

            default:
                return false;
        }
    }

    private ChatRequest Finish(string? maxCostHeader)
    {
        if (_topLogprobs && !_logprobs)
        {
            throw new RefusedException(OpenAiError.Invalid("invalid_value", "'top_logprobs' needs 'logprobs': true.",
                "top_logprobs"));
        }

        var model = _model ?? throw FieldReader.Missing("model");
        var prompt = _prompt ?? throw FieldReader.Missing("messages");
        var header = maxCostHeader is null ? null : (NanoUsd?)ReadCost(maxCostHeader, MaxCostHeader);
        var wish = FinishWish();
        return new(model, _stream, _includeUsage, _maxTokens?.Value, _maxTokens?.Field, Lower(_maxCost, header),
            _needs | prompt.Needs | _tools.Finish() | (_logprobs ? Features.Logprobs : Features.None), wish,
            _choices, prompt, _costBytes, _ignored, _unverified)
        {
            User = _user ?? _safetyId,
            Prefix = _prefix,
            ToolBytes = _toolBytes,
            Rules = _reasoning.Finish(_rules, _maxTokens?.Value),
            Answer = (_needs & Features.Json) != 0 ? AnswerKind.Json
                : wish.Strategy == Strategy.BestOf ? AnswerKinds.Of(LastWords.Of(_messages))
                : AnswerKind.Open,

            // Where one model is named there is nothing to tell kinds of work apart for.
            Text = _model == ModelId.Auto ? LastTurn.Of(_messages) : "",
            MaxCostField = header is { } cap && !(_maxCost < cap) ? MaxCostHeader : "max_cost",
        };
    }

    private RouteWish FinishWish()
    {
        if (_strategyOfModel == Strategy.Default)
        {
            return _wish;
        }

        return !_hasOwnStrategy || _wish.Strategy == Strategy.Default || _wish.Strategy == _strategyOfModel
            ? _wish with { Strategy = _strategyOfModel }
            : throw new RefusedException(OpenAiError.Invalid("invalid_value",
                "'model' and 'routing.strategy' name different strategies. Send one.", "routing.strategy"));
    }

    private static NanoUsd? Lower(NanoUsd? left, NanoUsd? right) =>
        left is { } one && right is { } other ? NanoUsd.Min(one, other) : left ?? right;

    private ModelId ReadModel(JsonElement value)
    {
        var text = FieldReader.Text(value, "model", ModelId.MaxLength);
        if (text.StartsWith(AutoPrefix, StringComparison.Ordinal)
            && StrategyNames.TryParse(text[AutoPrefix.Length..], out _strategyOfModel))
        {
            return ModelId.Auto;
        }

        return ModelId.IsValid(text)
            ? new(text)
            : throw FieldReader.OutOfRange("model", "a model's id from GET /v1/models, or auto");
    }

    // An empty name is nobody's, and would stand under nobody's limit.
    private static string ReadUser(JsonElement value, string name) =>
        FieldReader.Text(value, name, MaxUserLength) is { Length: > 0 } user
            ? user
            : throw FieldReader.OutOfRange(name, $"1 to {MaxUserLength} characters");

    private void ReadStreamOptions(JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.Object)
        {
            throw FieldReader.WrongType("stream_options", "an object");
        }

        foreach (var option in value.EnumerateObject().Where(static one => !FieldReader.IsAbsent(one.Value)))
        {
            if (option.NameEquals("include_usage"))
            {
                _includeUsage = FieldReader.Flag(option.Value, "stream_options.include_usage");
            }
            else if (option.NameEquals("include_obfuscation"))
            {
                // Nothing here pads a stream, so there is nothing to leave out either.
                _ = FieldReader.Flag(option.Value, "stream_options.include_obfuscation");
            }
            else if (!_ignored.Contains("stream_options"))
            {
                // Others are left out of what an expert gets.
                _ignored.Add("stream_options");
            }
        }
    }

    private void ReadMaxTokens(string name, JsonElement value)
    {
        var tokens = FieldReader.Integer(value, name, 1, int.MaxValue);
        if (_maxTokens is { } other && other.Value != tokens)
        {
            throw new RefusedException(OpenAiError.Invalid("invalid_value",
                "'max_tokens' and 'max_completion_tokens' say different things. Send one.", name));
        }

        _maxTokens = (name, tokens);
    }

    private static NanoUsd ReadCost(string text, string path) =>
        text.Length <= MaxCostLength && NanoUsd.TryParseUsd(text, out var cost)
            ? cost
            : throw FieldReader.OutOfRange(
                path, $"USD, 0 to {new NanoUsd(long.MaxValue).ToUsd()}, at most 9 decimals, such as 0.002");

    private static void RequireText(JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.Array)
        {
            throw FieldReader.WrongType("modalities", "an array");
        }

        if (value.GetArrayLength() != 1 || !FieldReader.IsText(value[0], "text"))
        {
            throw FieldReader.Unsupported("modalities", "'modalities' other than [\"text\"] are not supported.");
        }
    }
}
