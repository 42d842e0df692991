using System.Text;
using Gateway.Router.Forwarding;

namespace Gateway.Router.Tests.Forwarding;

public sealed class FrameRewriterTests
{
    private const int Frames = 10_000;

    private static readonly AnswerHead Head = new(
        new(Guid.Empty), 1_700_000_000,
        new("static/a", new("m"), new("http://127.0.0.1/v1/"), "openai", Features.All, Quality.Real));

    [Fact]
    public void Complaint_25_A_steady_stream_allocates_nothing()
    {
        using var parser = new SseParser();
        using var rewriter = new FrameRewriter(Head, choices: 1, includeUsage: true);
        using var batch = new PooledBuffer();
        var frame = Encoding.UTF8.GetBytes(
            """data: {"id":"x","object":"chat.completion.chunk","created":1"""
            + ""","model":"z","choices":[{"index":0,"delta":{"content":" to\"k\u00e9n"}"""
            + ""","logprobs":{"content":[{"token":"t","logprob":-0.25,"bytes":[116],"top_logprobs":[]}]}"""
            + ""","finish_reason":null}],"usage":{"prompt_tokens":7,"completion_tokens":5"""
            + ""","prompt_tokens_details":{"cached_tokens":1}}}"""
            + "\r\n\r\n");
        Pump(parser, rewriter, batch, frame, 100);

        var before = GC.GetAllocatedBytesForCurrentThread();
        Pump(parser, rewriter, batch, frame, Frames);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        Assert.Equal(0, allocated);
        Assert.Equal(FrameKind.Content, rewriter.Rewrite(frame.AsSpan("data: ".Length)));
        Assert.Equal((5L, 1L), (rewriter.Figure.Output, rewriter.Figure.Cached));
    }

    [Fact]
    public void Text_behind_a_choices_end_is_dropped()
    {
        using var rewriter = new FrameRewriter(Head, choices: 1, includeUsage: false);

        Assert.Equal(FrameKind.Content, rewriter.Rewrite(
            """{"choices":[{"index":0,"delta":{"content":"a"},"finish_reason":"length"}]}"""u8));
        Assert.Equal(FrameKind.Empty, rewriter.Rewrite("""{"choices":[{"index":0,"delta":{"content":"b"}}]}"""u8));

        Assert.True(rewriter.Choices.AllFinished);
        Assert.Equal(FinishReason.Length, rewriter.Choices.First);
    }

    [Fact]
    public void A_frame_taken_back_leaves_its_choice_open()
    {
        using var rewriter = new FrameRewriter(Head, choices: 1, includeUsage: false);
        rewriter.Rewrite("""{"choices":[{"index":0,"delta":{"content":"a"}}]}"""u8);
        rewriter.Rewrite("""{"choices":[{"index":0,"delta":{"content":"b"},"finish_reason":"stop"}]}"""u8);

        rewriter.Choices.Revert();
        rewriter.Choices.CutOpen();

        Assert.Equal(FinishReason.Length, rewriter.Choices.First);
    }

    [Theory]
    [InlineData("""{"content":"é"}""", 2, 0, 0)]
    [InlineData("""{"content":"\u00e9","refusal":"no"}""", 4, 0, 0)]
    [InlineData("""{"reasoning_content":"hmm"}""", 0, 3, 0)]
    [InlineData("""{"tool_calls":[{"index":0,"id":"c","function":{"name":"f","arguments":"{}"}}]}""", 3, 0, 1)]
    [InlineData("""{"tool_calls":[{"index":0,"function":{"arguments":"{}"}}]}""", 2, 0, 0)]
    [InlineData("""{"function_call":{"name":"f","arguments":"{}"}}""", 3, 0, 0)]
    [InlineData("""{"content":"","unknown":"long text"}""", 0, 0, 0)]
    public void Text_is_counted_by_what_it_means(string delta, long output, long reasoning, long calls)
    {
        using var rewriter = new FrameRewriter(Head, choices: 1, includeUsage: false);

        rewriter.Rewrite(Encoding.UTF8.GetBytes($$"""{"choices":[{"index":0,"delta":{{delta}}}]}"""));

        Assert.Equal(new(output, reasoning, calls), rewriter.Facts);
    }

    private static void Pump(SseParser parser, FrameRewriter rewriter, PooledBuffer batch, byte[] frame, int times)
    {
        for (var i = 0; i < times; i++)
        {
            batch.Clear();
            ReadOnlySpan<byte> input = frame;
            while (parser.Read(ref input) == SseStep.Event)
            {
                rewriter.Rewrite(parser.Data);
                batch.Append(rewriter.Frame);
            }
        }
    }
}
