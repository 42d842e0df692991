using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Gateway.Api.Chat;
using Gateway.Api.Chat.Shapes;
using Gateway.Api.OpenAi;
using Gateway.Router;

namespace Gateway.Api.Messages;

/// <summary>Writes a request of Anthropic's Messages API as a chat request. What has no counterpart is refused by name;
/// what has no effect here is told in a header. Names and ranges are of the API's reference and of the types of
/// @anthropic-ai/sdk 1.12.0.</summary>
internal sealed class MessagesRequest
{
    private const int MaxStops = 4;
    private const int MaxUserLength = 64;
    private const int LongestUser = 256;
    private const int LeastThinking = 1024;

    // How much thought a budget of tokens buys, in the words that experts know.
    private const int LowBudget = 2048;
    private const int MediumBudget = 8192;

    private static readonly string[] NotSupported =
    [
        "container", "mcp_servers", "context_management", "inference_geo", "diagnostics", "user_profile_id",
        "workspace_id",
    ];

    private readonly Translation _chat;
    private readonly bool _needsLimit;
    private JsonElement _system;
    private JsonElement _messages;
    private bool _hasLimit;
    private string? _effort;

    private MessagesRequest(Translation chat, bool needsLimit)
    {
        _chat = chat;
        _needsLimit = needsLimit;
    }

    /// <param name="root">The body.</param>
    /// <param name="request">For its headers.</param>
    /// <param name="printer">Prints the answer.</param>
    /// <param name="budget">For the translated body.</param>
    /// <param name="needsLimit">Whether <c>max_tokens</c> must be there.</param>
    public static ChatOrder Read(
        JsonElement root, HttpRequest request, IAnswerPrinter printer, BodyBudget budget, bool needsLimit)
    {
        using var chat = new Translation();
        if (request.Headers.ContainsKey("anthropic-beta"))
        {
            chat.Ignore("anthropic-beta");
        }

        new MessagesRequest(chat, needsLimit).Write(root);
        return chat.Finish(request, printer, budget);
    }

    private void Write(JsonElement root)
    {
        foreach (var member in root.EnumerateObject())
        {
            if (!FieldReader.IsAbsent(member.Value) && !WritePlain(member.Name, member.Value)
                && !WriteOwn(member.Name, member.Value))
            {
                _chat.PassUnknown(member.Name, member.Value);
            }
        }

        if (_needsLimit && !_hasLimit)
        {
            throw FieldReader.Missing("max_tokens");
        }

        if (_messages.ValueKind == JsonValueKind.Undefined)
        {
            throw FieldReader.Missing("messages");
        }

        if (_effort is not null)
        {
            _chat.Writer.WriteString("reasoning_effort"u8, _effort);
        }

        _chat.Writer.WriteStartArray("messages"u8);
        var turns = new MessagesTurns(_chat);
        turns.WriteSystem(_system);
        turns.Write(_messages);
        _chat.Writer.WriteEndArray();
    }

    // Members that chat has under the same name, or that have no effect.
    private bool WritePlain(string name, JsonElement value)
    {
        switch (name)
        {
            case "max_tokens":
                _hasLimit = true;
                _chat.Copy(name, value);
                return true;
            case "temperature":
                FieldReader.CheckNumber(value, name, 0, 1);
                _chat.Copy(name, value);
                return true;
            case "top_k":
                FieldReader.Integer(value, name, 0, int.MaxValue);
                _chat.Copy(name, value);
                return true;
            case "model" or "stream" or "top_p" or "routing" or "max_cost":
                _chat.Copy(name, value);
                return true;
            case "cache_control" or "service_tier" or "speed":
                _chat.Ignore(name);
                return true;
            default:
                return NotSupported.Contains(name)
                    ? throw FieldReader.Unsupported(name, $"'{name}' is not supported: no expert here does it.")
                    : false;
        }
    }

    private bool WriteOwn(string name, JsonElement value)
    {
        switch (name)
        {
            case "system":
                _system = value;
                return true;
            case "messages":
                _messages = value;
                return true;
            case "stop_sequences":
                WriteStops(value);
                return true;
            case "metadata":
                WriteUser(value);
                return true;
            case "tools":
                MessagesTools.WriteList(_chat, value);
                return true;
            case "tool_choice":
                MessagesTools.WriteChoice(_chat, value);
                return true;
            case "thinking":
                ReadThinking(value);
                return true;
            case "output_config":
                ReadOutput(value);
                return true;
            default:
                return false;
        }
    }

    private void WriteStops(JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.Array || value.EnumerateArray().Any(one =>
            one.ValueKind != JsonValueKind.String || one.ValueEquals("")))
        {
            throw FieldReader.WrongType("stop_sequences", "an array of strings that are not empty");
        }

        if (value.GetArrayLength() > MaxStops)
        {
            throw FieldReader.OutOfRange("stop_sequences", $"at most {MaxStops} strings");
        }

        if (value.GetArrayLength() > 0)
        {
            _chat.Copy("stop", value);
            _chat.TellsStop = true;
        }
    }

    // Longer ids than an end user's may be are shortened to their hash: they only tell users apart.
    private void WriteUser(JsonElement value)
    {
        FieldReader.RefuseOthers(value, "metadata", "user_id");
        if (!value.TryGetProperty("user_id", out var id) || FieldReader.IsAbsent(id))
        {
            return;
        }

        var user = FieldReader.Text(id, "metadata.user_id", LongestUser);
        _chat.Writer.WriteString("user"u8, user.Length <= MaxUserLength
            ? user
            : Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(user))));
    }

    private void ReadThinking(JsonElement value)
    {
        switch (Kind(value, "thinking"))
        {
            case "enabled":
                var budget = value.TryGetProperty("budget_tokens", out var tokens)
                    ? FieldReader.Integer(tokens, "thinking.budget_tokens", LeastThinking, int.MaxValue)
                    : throw FieldReader.Missing("thinking.budget_tokens");
                _effort ??= budget <= LowBudget ? "low" : budget <= MediumBudget ? "medium" : "high";
                break;
            case "adaptive" or "disabled":
                // How much an expert thinks without being told is its own matter; what it shows is passed on.
                _chat.Ignore("thinking");
                break;
            default:
                throw FieldReader.OutOfRange("thinking.type", "enabled, adaptive, disabled");
        }
    }

    private void ReadOutput(JsonElement value)
    {
        FieldReader.RefuseOthers(value, "output_config", "effort", "format");
        if (value.TryGetProperty("effort", out var effort) && !FieldReader.IsAbsent(effort))
        {
            var text = FieldReader.Text(effort, "output_config.effort", MaxUserLength);
            _effort = text switch
            {
                "low" or "medium" or "high" or "xhigh" => text,
                "max" => "xhigh",
                _ => throw FieldReader.OutOfRange("output_config.effort", "low, medium, high, xhigh, max"),
            };
        }

        if (value.TryGetProperty("format", out var format) && !FieldReader.IsAbsent(format))
        {
            WriteFormat(format);
        }
    }

    private void WriteFormat(JsonElement format)
    {
        const string Path = "output_config.format";
        if (Kind(format, Path) != "json_schema")
        {
            throw FieldReader.OutOfRange($"{Path}.type", "json_schema");
        }

        if (!format.TryGetProperty("schema", out var schema) || schema.ValueKind != JsonValueKind.Object)
        {
            throw FieldReader.WrongType($"{Path}.schema", "a JSON schema, an object");
        }

        var writer = _chat.Writer;
        writer.WriteStartObject("response_format"u8);
        writer.WriteString("type"u8, "json_schema"u8);
        writer.WriteStartObject("json_schema"u8);
        writer.WriteString("name"u8, "answer"u8);
        writer.WriteBoolean("strict"u8, true);
        _chat.Copy("schema", schema);
        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    /// <summary>The <c>type</c> of an object.</summary>
    public static string Kind(JsonElement value, string path) =>
        value.ValueKind == JsonValueKind.Object && value.TryGetProperty("type", out var type)
            ? FieldReader.Text(type, $"{path}.type", MaxUserLength)
            : throw FieldReader.WrongType(path, "an object with a type");
}
