using System.Text;
using CsCheck;
using Gateway.Router.Forwarding;

namespace Gateway.Router.Tests.Forwarding;

public sealed class SseParserTests
{
    private static readonly string[] LineTexts =
    [
        "data: {\"a\":1}", "data:{\"a\":1}", "data:", "data", "data:  two blanks", "database: no", ": comment",
        "event: x", "id: 1", "retry: 5", "data: é€𝄞", "data: \uFEFFmark", "", "", "",
    ];

    private static readonly Gen<string> Lines = Gen.Int[0, LineTexts.Length - 1].Select(i => LineTexts[i]);

    private static readonly Gen<string> Ends = Gen.OneOf(Gen.Const("\n"), Gen.Const("\r\n"), Gen.Const("\r"));

    [Fact]
    public void Any_split_of_any_stream_gives_the_same_events()
    {
        var streams = Gen.Select(Gen.Bool, Gen.Select(Lines, Ends).List[0, 30], Gen.Int[1, 7].Array[1, 200]);
        streams.Sample(
            (mark, lines, sizes) =>
            {
                var text = (mark ? "\uFEFF" : "") + string.Concat(lines.Select(line => line.Item1 + line.Item2));
                var bytes = Encoding.UTF8.GetBytes(text);
                Assert.Equal(Reference(text), Parse(bytes, sizes));
                Assert.Equal(Reference(text), Parse(bytes, [bytes.Length + 1]));
            },
            iter: 5_000);
    }

    [Fact]
    public void A_line_of_the_largest_size_passes_and_one_byte_more_does_not()
    {
        var largest = "data: " + new string('a', SseParser.MaxLine - "data: ".Length);

        Assert.Equal([largest["data: ".Length..]], Parse(Encoding.UTF8.GetBytes(largest + "\n\n"), [1000]));
        Assert.Null(Parse(Encoding.UTF8.GetBytes(largest + "a\n\n"), [1000]));
        Assert.Null(Parse(Encoding.UTF8.GetBytes(largest + "a\n\n"), [SseParser.MaxLine * 2]));
    }

    [Fact]
    public void Many_small_data_lines_are_bounded_together()
    {
        var lines = string.Concat(Enumerable.Repeat("data: " + new string('a', 1000) + "\n", 300));

        Assert.Null(Parse(Encoding.UTF8.GetBytes(lines + "\n"), [4096]));
    }

    // The standard's algorithm (WHATWG HTML 9.2.6) over the whole text at once, written for clarity.
    private static List<string> Reference(string text)
    {
        var events = new List<string>();
        var data = "";
        text = text.StartsWith('\uFEFF') ? text[1..] : text;
        var lines = text.Replace("\r\n", "\n", StringComparison.Ordinal).Replace('\r', '\n').Split('\n')[..^1];
        foreach (var line in lines)
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            var name = colon < 0 ? line : line[..colon];
            var value = colon < 0 ? "" : line[(colon + 1)..];
            if (line.Length == 0)
            {
                // An event of no text at all is of no use to us and is left out.
                if (data.Length > 1)
                {
                    events.Add(data[..^1]);
                }

                data = "";
            }
            else if (name == "data")
            {
                data += (value.StartsWith(' ') ? value[1..] : value) + "\n";
            }
        }

        return events;
    }

    private static List<string>? Parse(byte[] bytes, int[] sizes)
    {
        using var parser = new SseParser();
        var events = new List<string>();
        for (int position = 0, turn = 0; position < bytes.Length; turn++)
        {
            var size = Math.Min(sizes[turn % sizes.Length], bytes.Length - position);
            ReadOnlySpan<byte> input = bytes.AsSpan(position, size);
            position += size;
            while (true)
            {
                var step = parser.Read(ref input);
                if (step == SseStep.TooLong)
                {
                    return null;
                }

                if (step == SseStep.NeedMore)
                {
                    break;
                }

                events.Add(Encoding.UTF8.GetString(parser.Data));
            }
        }

        return events;
    }
}
