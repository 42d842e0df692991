using System.Text.Json;
using Gateway.Api.Chat;
using Gateway.Api.Chat.Shapes;
using Gateway.Api.OpenAi;
using Gateway.Core;

namespace Gateway.Api.Completions;

/// <summary>Writes a request of the older completions endpoint as a chat request. Experts answer chats, so each prompt
/// is one user's message; what only a bare model can do is refused by name. Names and ranges are of OpenAI's API
/// reference.</summary>
internal sealed class CompletionsRequest
{
    private const int MostLogprobs = 5;
    private const int MostChoices = 16;
    private const int MostPrompts = 128;

    // As the reference has it.
    private const int UsualLimit = 16;

    private readonly Translation _chat;
    private IReadOnlyList<string> _prompts = [];
    private string? _suffix;
    private bool _echoes;
    private bool _isStream;
    private bool _hasLimit;
    private bool _wantsLogprobs;
    private long _choices = 1;
    private long? _bestOf;

    private CompletionsRequest(Translation chat) => _chat = chat;

    /// <param name="root">The body.</param>
    /// <param name="request">For its headers.</param>
    /// <param name="id">Names the answer.</param>
    /// <param name="budget">For the translated body.</param>
    public static ChatOrder Read(JsonElement root, HttpRequest request, RequestId id, BodyBudget budget)
    {
        using var chat = new Translation();
        var reader = new CompletionsRequest(chat);
        var parts = reader.Write(root);
        var printer = new CompletionsPrinter(id, reader._echoes ? reader._prompts : [])
        {
            OfEach = (int)(reader._bestOf ?? reader._choices),
            Best = reader._bestOf > reader._choices ? (int)reader._choices : null,
            HidesLogprobs = !reader._wantsLogprobs,
        };
        return chat.Finish(request, printer, budget, parts);
    }

    // Gives the prompts, where there are several.
    private IReadOnlyList<PromptPart> Write(JsonElement root)
    {
        foreach (var member in root.EnumerateObject())
        {
            if (!FieldReader.IsAbsent(member.Value) && !WritePlain(member.Name, member.Value)
                && !WriteOwn(member.Name, member.Value))
            {
                _chat.PassUnknown(member.Name, member.Value);
            }
        }

        CheckBestOf();
        if ((_bestOf ?? _choices) * _prompts.Count > MostPrompts)
        {
            throw FieldReader.OutOfRange(_bestOf is null ? "n" : "best_of",
                $"at most {MostPrompts} answers to all prompts together");
        }

        WriteChoices();
        if (_echoes && _wantsLogprobs)
        {
            throw FieldReader.Unsupported("logprobs",
                "'logprobs' with 'echo' is not supported: no expert here tells those of a prompt.");
        }

        if (_suffix is not null && (_wantsLogprobs || _bestOf > _choices))
        {
            throw FieldReader.Unsupported(_wantsLogprobs ? "logprobs" : "best_of",
                "With 'suffix' no probabilities are told, so answers cannot be ranked by them either.");
        }

        if (!_hasLimit)
        {
            _chat.Writer.WriteNumber("max_tokens"u8, UsualLimit);
        }

        if (_prompts.Count == 0)
        {
            throw FieldReader.Missing("prompt");
        }

        var parts = _prompts.Count > 1 || _suffix is not null ? _chat.Split(_prompts, _suffix) : [];
        _chat.FillsIn = _suffix is not null;
        WriteMessages();
        return parts;
    }

    // Of several prompts too: what is read of them then is of all together.
    private void WriteMessages()
    {
        _chat.Writer.WriteStartArray("messages"u8);
        foreach (var prompt in _prompts)
        {
            _chat.Writer.WriteStartObject();
            _chat.Writer.WriteString("role"u8, "user"u8);
            _chat.Writer.WriteString("content"u8, prompt + _suffix);
            _chat.Writer.WriteEndObject();
        }

        _chat.Writer.WriteEndArray();
    }

    private bool WritePlain(string name, JsonElement value)
    {
        switch (name)
        {
            case "n":
                _choices = FieldReader.Integer(value, name, 1, MostChoices);
                return true;
            case "stream":
                _isStream = FieldReader.Flag(value, name);
                _chat.Copy(name, value);
                return true;
            case "max_tokens":
                _hasLimit = true;
                _chat.Copy(name, value);
                return true;
            case "model" or "temperature" or "top_p" or "frequency_penalty" or "presence_penalty":
            case "seed" or "stop" or "logit_bias" or "user" or "stream_options" or "routing" or "max_cost":
                _chat.Copy(name, value);
                return true;
            default:
                return false;
        }
    }

    private bool WriteOwn(string name, JsonElement value)
    {
        switch (name)
        {
            case "prompt":
                _prompts = ReadPrompts(value);
                return true;
            case "echo":
                _echoes = FieldReader.Flag(value, name);
                return true;
            case "best_of":
                _bestOf = FieldReader.Integer(value, name, 1, MostChoices);
                return true;
            case "logprobs":
                WriteLogprobs(FieldReader.Integer(value, name, 0, MostLogprobs));
                return true;
            case "suffix":
                _suffix = FieldReader.Text(value, name, int.MaxValue) is { Length: > 0 } suffix ? suffix : null;
                return true;
            default:
                return false;
        }
    }

    private static IReadOnlyList<string> ReadPrompts(JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.String)
        {
            return [value.GetString()!];
        }

        if (value.ValueKind != JsonValueKind.Array || value.GetArrayLength() == 0)
        {
            throw FieldReader.WrongType("prompt", "a string, or an array of strings");
        }

        if (value.EnumerateArray().Any(static one => one.ValueKind is JsonValueKind.Number or JsonValueKind.Array))
        {
            throw FieldReader.Unsupported("prompt",
                "'prompt' as tokens is not supported: no expert here tells its tokenizer. Send text.");
        }

        return value.GetArrayLength() <= MostPrompts
            ? [.. value.EnumerateArray().Select(static (one, place) =>
                FieldReader.Text(one, $"prompt[{place}]", int.MaxValue))]
            : throw FieldReader.OutOfRange("prompt", $"1 to {MostPrompts} strings");
    }

    // Chat has the number and the switch apart.
    private void WriteLogprobs(long most)
    {
        _wantsLogprobs = true;
        _chat.Writer.WriteBoolean("logprobs"u8, true);
        _chat.Writer.WriteNumber("top_logprobs"u8, most);
    }

    private void WriteChoices()
    {
        if ((_bestOf ?? _choices) is > 1 and var choices)
        {
            _chat.Writer.WriteNumber("n"u8, choices);
        }
    }

    private void CheckBestOf()
    {
        if (_bestOf is not { } bestOf)
        {
            return;
        }

        if (bestOf < _choices)
        {
            throw FieldReader.OutOfRange("best_of", $"a whole number, n ({_choices}) to {MostChoices}");
        }

        if (bestOf > 1 && _isStream)
        {
            throw FieldReader.Unsupported("best_of", "'best_of' cannot be streamed: the best is known at the end.");
        }

        if (bestOf > _choices && !_wantsLogprobs)
        {
            // Answers are ranked by what their experts themselves think likely.
            _chat.Writer.WriteBoolean("logprobs"u8, true);
        }
    }
}
