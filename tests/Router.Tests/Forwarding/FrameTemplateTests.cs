using System.Text;
using CsCheck;
using Gateway.Router.Forwarding;
using Gateway.Router.Metering;

namespace Gateway.Router.Tests.Forwarding;

public sealed class FrameTemplateTests
{
    private static readonly AnswerHead Head = new(
        new(Guid.Empty), 1_700_000_000,
        new("static/a", new("m"), new("http://127.0.0.1/v1/"), "openai", Features.All, Quality.Real));

    private static readonly string[] Texts =
    [
        "a", " word", "", "\\n", "\\u0041", "é", "好", "😀", "\\\"", "\"", "\\", "\t",
        "x\"},\"index\":1,\"y\":{\"z\":\"",
    ];

    private static readonly string[] Usages =
    [
        "", ",\"usage\":null", ",\"usage\":{\"completion_tokens\":7}", ",\"usage\":{\"completion_tokens\":8}",
        ",\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":12,\"x\":{\"completion_tokens\":1}}",
        ",\"usage\":{\"completion_tokens\":-1}", ",\"usage\":{\"completion_tokens\":01}", ",\"usage\":}",
        ",\"usage\":{\"completion_tokens\":9},\"usage\":{\"completion_tokens\":10}", ",\"usage\":7", ",\"usage\":",
        ",\"error\":null", ",\"error\":{\"message\":\"no\"}", ",\"usage\":{\"completion_tokens\":7}}",
        ",\"usage\":[{}]",
    ];

    private static readonly string[] Shapes =
    [
        """{"id":"1","choices":[{"index":0,"delta":{"content":"T"},"finish_reason":null}]U}""",
        """{"id":"1","choices":[{"index":0,"delta":{"content":"T","reasoning_content":null}}]U}""",
        """{"choices":[{"index":0,"delta":{"reasoning_content":"T","refusal":""}}]U}""",
        """{"choices":[{"index":1,"delta":{"tool_calls":[{"index":0,"function":{"arguments":"T"}}]}}]U}""",
        """{"choices":[{"index":0,"delta":{"content":"T"}},{"index":1,"delta":{"content":""}}]U}""",
        """{"choices":[{"index":0,"delta":{"content":"T"}},{"index":1,"delta":{"content":"T"}}]U}""",
        """{"choices":[{"index":1,"delta":{"content":"T"},"delta":{"content":"T"}}]U}""",
        """{"choices":[{"index":0,"delta":{"content":"a","content":"T"}}]U}""",
        """{"object":"T"U,"choices":[{"index":0,"delta":{"content":"T"}}]}""",
        """{"choices":[{"index":0,"delta":{"content":"T"},"finish_reason":"stop"}]U}""",
        """{"choices":[{"index":0,"delta":{"content":"T"},"logprobs":{"content":[{"token":"T","logprob":-1}]}}]U}""",
        """{"choices":[]U}""",
    ];

    [Fact]
    public void A_stream_of_like_frames_reads_as_each_frame_read_alone()
    {
        var text = OneOf(Texts);
        var usage = OneOf(Usages);

        // A few frames of one shape in a row, as a stream has them, then of another.
        var run = Gen.Select(OneOf(Shapes), Gen.Select(text, usage).Array[1, 5], (shape, parts) =>
            parts.Select(part => shape.Replace("T", part.Item1, StringComparison.Ordinal)
                .Replace("U", part.Item2, StringComparison.Ordinal)));
        run.Array[1, 4].Sample(runs => Compare([.. runs.SelectMany(frames => frames)]), iter: 50_000);
    }

    [Fact]
    public void A_frame_that_differs_in_text_and_usage_alone_is_not_parsed_again()
    {
        using var template = new FrameTemplate();
        using var frame = new PooledBuffer();
        template.Learn(
            """{"delta":"old","usage":{"completion_tokens":1}}"""u8, "<old>"u8,
            new(At: 10, Length: 3, WrittenEnd: 0, TextMeaning.Output), outputAt: 1, usage: 23..46);

        var repeats = template.TryRepeat(
            """{"delta":"newer","usage":{"completion_tokens":22}}"""u8, frame, out var facts, out var figure);

        Assert.True(repeats);
        Assert.Equal("<newer>", Encoding.UTF8.GetString(frame.Written));
        Assert.Equal((5L, 22L), (facts.OutputBytes, figure.Output));
    }

    private static Gen<string> OneOf(string[] choices) => Gen.Int[0, choices.Length - 1].Select(i => choices[i]);

    private static void Compare(string[] frames)
    {
        using var stream = new FrameRewriter(Head, choices: 2, includeUsage: true);
        using var alone = new FrameRewriter(Head, choices: 2, includeUsage: true);
        foreach (var frame in frames)
        {
            var json = Encoding.UTF8.GetBytes(frame);

            // After a frame without text nothing is left to repeat.
            alone.Rewrite("{}"u8);
            var expected = Read(alone, json);

            Assert.Equal(expected, Read(stream, json));
            if (expected.Kind is FrameKind.Error or FrameKind.Garbage)
            {
                return;
            }
        }
    }

    private static (FrameKind Kind, string Frame, TextFacts Facts, UsageFigure Figure) Read(
        FrameRewriter rewriter, byte[] json)
    {
        var kind = rewriter.Rewrite(json);
        return kind == FrameKind.Content
            ? (kind, Encoding.UTF8.GetString(rewriter.Frame), rewriter.Facts, rewriter.Figure)
            : (kind, "", default, kind == FrameKind.Empty ? rewriter.Figure : default);
    }
}
