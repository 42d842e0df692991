using System.Text;

namespace Gateway.Router.Forwarding;

/// <summary>What a copied value may be.</summary>
internal enum ShapeKind
{
    /// <summary>A string or null.</summary>
    Text,

    /// <summary>A number or null.</summary>
    Number,

    /// <summary>An object of known members, or null; unknown members are dropped.</summary>
    Object,

    /// <summary>An array of one shape, or null.</summary>
    Array,
}

/// <summary>How copied text counts in the meter.</summary>
internal enum TextMeaning
{
    /// <summary>Not at all.</summary>
    Other,

    /// <summary>As output.</summary>
    Output,

    /// <summary>As shown reasoning.</summary>
    Reasoning,

    /// <summary>As the beginning of a function call.</summary>
    ToolCall,
}

/// <summary>A known member of an object.</summary>
internal sealed record ShapeMember(string Name, JsonShape Shape)
{
    /// <summary>The name as it stands in JSON.</summary>
    internal byte[] Utf8 { get; } = Encoding.UTF8.GetBytes(Name);
}

/// <summary>The parts of a chat answer that are handed on; everything else an upstream sends is dropped. The names are
/// of OpenAI's API reference, with <c>reasoning_content</c> as vLLM and SGLang have it.</summary>
internal sealed record JsonShape(ShapeKind Kind, TextMeaning Meaning, ShapeMember[] Members, JsonShape? Item)
{
    private static readonly JsonShape Plain = Text(TextMeaning.Other);
    private static readonly JsonShape Number = new(ShapeKind.Number, TextMeaning.Other, [], null);
    private static readonly JsonShape Output = Text(TextMeaning.Output);

    private static readonly JsonShape Function = Object(("name", Output), ("arguments", Output));

    private static readonly JsonShape ToolCalls = Array(Object(
        ("index", Number), ("id", Text(TextMeaning.ToolCall)), ("type", Plain), ("function", Function)));

    private static readonly JsonShape TokenLogprobs = Array(Object(
        ("token", Plain),
        ("logprob", Number),
        ("bytes", Array(Number)),
        ("top_logprobs", Array(Object(("token", Plain), ("logprob", Number), ("bytes", Array(Number)))))));

    /// <summary>The log probabilities of a choice.</summary>
    internal static readonly JsonShape Logprobs = Object(("content", TokenLogprobs), ("refusal", TokenLogprobs));

    /// <summary>A message or a part of one, without its role, which is always ours to write.</summary>
    internal static readonly JsonShape Message = Object(
        ("content", Output),
        ("refusal", Output),
        ("reasoning_content", Text(TextMeaning.Reasoning)),
        ("tool_calls", ToolCalls),
        ("function_call", Function));

    private static JsonShape Text(TextMeaning meaning) => new(ShapeKind.Text, meaning, [], null);

    private static JsonShape Array(JsonShape item) => new(ShapeKind.Array, TextMeaning.Other, [], item);

    private static JsonShape Object(params ReadOnlySpan<(string Name, JsonShape Shape)> members)
    {
        var known = new ShapeMember[members.Length];
        for (var i = 0; i < members.Length; i++)
        {
            known[i] = new(members[i].Name, members[i].Shape);
        }

        return new(ShapeKind.Object, TextMeaning.Other, known, null);
    }
}
