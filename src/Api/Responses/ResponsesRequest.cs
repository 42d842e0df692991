using System.Text.Json;
using Gateway.Api.Chat;
using Gateway.Api.Chat.Shapes;
using Gateway.Api.OpenAi;

namespace Gateway.Api.Responses;

/// <summary>Writes a request of the Responses API as a chat request. Stored state, tools that a server runs, and what
/// else has no counterpart is refused by name. Names and ranges are of OpenAI's API reference.</summary>
internal sealed class ResponsesRequest
{
    private const int MaxWord = 64;
    private const int MostLogprobs = 20;

    private static readonly string[] Stored = ["conversation", "prompt"];
    private static readonly string[] Elsewhere = ["context_management", "moderation"];

    private readonly Translation _chat;
    private readonly ResponseState _state;
    private readonly ResponseEcho _echo = new();
    private JsonElement _instructions;
    private JsonElement _input;
    private bool _wantsLogprobs;
    private bool _ranksTokens;
    private bool _isStream;

    private ResponsesRequest(Translation chat, ResponseState state) => (_chat, _state) = (chat, state);

    /// <param name="root">The body.</param>
    /// <param name="request">For its headers.</param>
    /// <param name="identity">Names the answer.</param>
    /// <param name="budget">For the translated body.</param>
    public static ChatOrder Read(JsonElement root, HttpRequest request, RequestIdentity identity, BodyBudget budget)
    {
        using var chat = new Translation();
        var state = request.HttpContext.Features.Get<ResponseState>() ?? ResponseState.None;
        var reader = new ResponsesRequest(chat, state);
        reader.Write(root);
        var printer = new ResponsesPrinter(
            identity.Id, identity.Started.ToUnixTimeSeconds(), reader._isStream, reader._echo, state);
        return chat.Finish(request, printer, budget);
    }

    private void Write(JsonElement root)
    {
        foreach (var member in root.EnumerateObject())
        {
            if (FieldReader.IsAbsent(member.Value))
            {
                continue;
            }

            _echo.Take(member.Name, member.Value);
            _isStream |= member.Name == "stream" && member.Value.ValueKind == JsonValueKind.True;
            if (!WritePlain(member.Name, member.Value) && !WriteOwn(member.Name, member.Value))
            {
                Refuse(member.Name, member.Value);
                _chat.PassUnknown(member.Name, member.Value);
            }
        }

        if (_input.ValueKind == JsonValueKind.Undefined)
        {
            throw FieldReader.Missing("input");
        }

        if (_wantsLogprobs || _ranksTokens)
        {
            _chat.Writer.WriteBoolean("logprobs"u8, true);
        }

        new ResponseInput(_chat).Write(_instructions, _state.Turns, _input);
    }

    private static void Refuse(string name, JsonElement value)
    {
        if (Stored.Contains(name))
        {
            throw FieldReader.Unsupported(name,
                $"'{name}' is not supported. Send the whole conversation as input, or previous_response_id.");
        }

        if (Elsewhere.Contains(name))
        {
            throw FieldReader.Unsupported(name, $"'{name}' is not supported: no expert here does it.");
        }

        if (name == "background" && FieldReader.Flag(value, name))
        {
            throw FieldReader.Unsupported(
                name, "'background' is not supported: an answer comes while its caller waits.");
        }
    }

    // Members that chat has under the same name, or that have no effect.
    private bool WritePlain(string name, JsonElement value)
    {
        switch (name)
        {
            case "model" or "stream" or "temperature" or "top_p" or "parallel_tool_calls" or "routing" or "max_cost":
            case "user" or "safety_identifier" or "metadata" or "service_tier":
            case "prompt_cache_key" or "prompt_cache_retention":
                _chat.Copy(name, value);
                return true;
            case "prompt_cache_options" or "max_tool_calls":
                _chat.Ignore(name);
                return true;
            case "store":
                if (FieldReader.Flag(value, name) && !_state.IsStored)
                {
                    _chat.Ignore(name);
                }

                return true;
            case "previous_response_id":
                // Its turns were found before.
                return true;
            case "background":
                return !FieldReader.Flag(value, name);
            case "stream_options":
                FieldReader.RefuseOthers(value, name, "include_obfuscation");
                return true;
            default:
                return false;
        }
    }

    private bool WriteOwn(string name, JsonElement value)
    {
        switch (name)
        {
            case "input":
                _input = value;
                return true;
            case "instructions":
                _instructions = value.ValueKind == JsonValueKind.String
                    ? value
                    : throw FieldReader.WrongType(name, "a string");
                return true;
            case "max_output_tokens":
                FieldReader.Integer(value, name, 1, int.MaxValue);
                _chat.Copy("max_completion_tokens", value);
                return true;
            case "tools":
                ResponseTools.WriteList(_chat, value);
                return true;
            case "tool_choice":
                ResponseTools.WriteChoice(_chat, value);
                return true;
            case "text":
                WriteText(value);
                return true;
            case "reasoning":
                WriteReasoning(value);
                return true;
            case "top_logprobs":
                _ranksTokens = FieldReader.Integer(value, name, 0, MostLogprobs) > 0;
                if (_ranksTokens)
                {
                    _chat.Copy(name, value);
                }

                return true;
            case "include":
                ReadInclude(value);
                return true;
            case "truncation":
                return FieldReader.Text(value, name, MaxWord) == "disabled"
                    ? true
                    : throw new RefusedException(OpenAiError.Invalid("unsupported_value",
                        "'truncation' is 'disabled' here: nothing of an input is left out.", name));
            default:
                return false;
        }
    }

    private void WriteText(JsonElement value)
    {
        FieldReader.RefuseOthers(value, "text", "format", "verbosity");
        if (value.TryGetProperty("verbosity", out var verbosity) && !FieldReader.IsAbsent(verbosity))
        {
            _chat.Ignore("verbosity");
        }

        if (!value.TryGetProperty("format", out var format) || FieldReader.IsAbsent(format))
        {
            return;
        }

        switch (Kind(format, "text.format"))
        {
            case "text":
                break;
            case "json_object":
                _chat.Copy("response_format", format);
                break;
            case "json_schema":
                WriteSchema(format);
                break;
            default:
                throw FieldReader.OutOfRange("text.format.type", "text, json_object, json_schema");
        }
    }

    // Chat wraps what stands beside the type here.
    private void WriteSchema(JsonElement format)
    {
        FieldReader.RefuseOthers(format, "text.format", "type", "name", "description", "schema", "strict");
        _chat.Writer.WriteStartObject("response_format"u8);
        _chat.Writer.WriteString("type"u8, "json_schema"u8);
        _chat.Writer.WriteStartObject("json_schema"u8);
        foreach (var member in format.EnumerateObject().Where(member => member.Name != "type"))
        {
            _chat.Copy(member.Name, member.Value);
        }

        _chat.Writer.WriteEndObject();
        _chat.Writer.WriteEndObject();
    }

    private void WriteReasoning(JsonElement value)
    {
        FieldReader.RefuseOthers(value, "reasoning", "effort", "summary", "generate_summary");
        if (value.TryGetProperty("effort", out var effort) && !FieldReader.IsAbsent(effort))
        {
            _chat.Copy("reasoning_effort", effort);
        }

        // What an expert shows of its thoughts is in the answer as it is; nobody sums it up.
        foreach (var name in (ReadOnlySpan<string>)["summary", "generate_summary"])
        {
            if (value.TryGetProperty(name, out var summary) && !FieldReader.IsAbsent(summary))
            {
                _chat.Ignore(name);
            }
        }
    }

    private void ReadInclude(JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.Array)
        {
            throw FieldReader.WrongType("include", "an array");
        }

        var index = 0;
        foreach (var one in value.EnumerateArray())
        {
            var path = $"include[{index++}]";
            switch (FieldReader.Text(one, path, MaxWord))
            {
                case "message.output_text.logprobs":
                    _wantsLogprobs = true;
                    break;
                case "reasoning.encrypted_content":
                    _chat.Ignore("include");
                    break;
                default:
                    throw FieldReader.Unsupported(path, $"'{path}' asks for what no expert here has.");
            }
        }
    }

    /// <summary>The <c>type</c> of an object.</summary>
    public static string Kind(JsonElement value, string path) =>
        value.ValueKind == JsonValueKind.Object && value.TryGetProperty("type", out var type)
            ? FieldReader.Text(type, $"{path}.type", MaxWord)
            : throw FieldReader.WrongType(path, "an object with a type");
}
