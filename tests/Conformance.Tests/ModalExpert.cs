using System.Buffers.Binary;
using System.Text;
using Gateway.Testing.Miners;

namespace Gateway.Conformance.Tests;

/// <summary>The tasks that are no chat, of a server that always answers: its models are named after them.</summary>
internal static class ModalExpert
{
    /// <summary>What it understands of every sound.</summary>
    internal const string Transcript = "Twelve times thirty-four.";

    private const string Scores = """{"category_scores":{"violence":0.9,"hate":0.1}}""";

    private static readonly (string Task, string Price)[] Tasks =
    [
        ("embeddings", "Image=0"), ("moderation", "Image=0"), ("transcription", "AudioSecond=0.001"),
        ("speech", "Character=0.00001"), ("images", "Image=0.04"),
    ];

    /// <summary>The settings of a gateway that asks it.</summary>
    /// <param name="address">Where it is.</param>
    /// <param name="first">Its first place among the static upstreams.</param>
    internal static IEnumerable<string> Settings(Uri address, int first) => Tasks.SelectMany((one, i) => (string[])
    [
        $"--Gateway:Upstreams:Static:{first + i}:Name={one.Task}",
        $"--Gateway:Upstreams:Static:{first + i}:BaseAddress={address}",
        $"--Gateway:Upstreams:Static:{first + i}:Models:0={one.Task}",
        $"--Gateway:Upstreams:Static:{first + i}:Task={one.Task}",
        $"--Gateway:Pricing:Usd:{one.Task}:Input=1",
        $"--Gateway:Pricing:Usd:{one.Task}:Output=0",
        $"--Gateway:Pricing:Usd:{one.Task}:{one.Price}",
    ]);

    /// <summary>Answers a call at one of its addresses; false for another.</summary>
    internal static async Task<bool> TryAnswerAsync(MinerCall call)
    {
        var json = call.Path switch
        {
            "/v1/embeddings" => Each(call, """{"embedding":[0.5,-2]}""", "data"),
            "/v1/moderations" => Each(call, Scores, "results"),
            "/v1/audio/transcriptions" or "/v1/audio/translations" => $$"""
                {"text":"{{Transcript}}","language":"english","segments":[{"start":0,"end":1,"text":"{{Transcript}}"}],
                 "words":[{"word":"Twelve","start":0,"end":0.5}]}
                """,
            "/v1/images/generations" or "/v1/images/edits" =>
                $$"""{"data":[{"b64_json":"{{Convert.ToBase64String(Picture(call))}}"}]}""",
            _ => null,
        };
        if (json is not null)
        {
            await call.SendStatusAsync(200, json);
            return true;
        }

        if (call.Path != "/v1/audio/speech")
        {
            return false;
        }

        call.Response.ContentType = "application/octet-stream";
        await call.Response.Body.WriteAsync(Sound(call.Json.GetProperty("response_format").GetString()!), call.Gone);
        return true;
    }

    // One for each input; of parts one for all.
    private static string Each(MinerCall call, string one, string member)
    {
        var input = call.Json.GetProperty("input");
        var count = input.ValueKind == System.Text.Json.JsonValueKind.Array
            && input[0].ValueKind is System.Text.Json.JsonValueKind.String ? input.GetArrayLength() : 1;
        var all = string.Join(',', Enumerable.Repeat(one, count));
        return $$"""{"usage":{"prompt_tokens":1},"{{member}}":[{{all}}]}""";
    }

    // The head of a picture of the size and format asked for is enough: nobody on the way decodes it.
    private static byte[] Picture(MinerCall call)
    {
        var asked = Encoding.Latin1.GetString(call.Body.Span);
        if (asked.Contains("webp", StringComparison.Ordinal))
        {
            return [.. "RIFF\0\0\0\0WEBPVP8L\0\0\0\0"u8, 0x2F, 7, 0, 0, 0, .. new byte[8]];
        }

        var side = asked.Contains("1024x1024", StringComparison.Ordinal) ? 1024 : 4;
        byte[] png = [0x89, .. "PNG\r\n"u8, 0x1A, 0x0A, 0, 0, 0, 13, .. "IHDR"u8, .. new byte[17]];
        BinaryPrimitives.WriteInt32BigEndian(png.AsSpan(16), side);
        BinaryPrimitives.WriteInt32BigEndian(png.AsSpan(20), side);
        return png;
    }

    private static byte[] Sound(string format) => format switch
    {
        "wav" => Wav(),
        "opus" => [.. OggPage(2, 0), .. OggPage(4, 48_000)],
        "aac" => [0xFF, 0xF1, 0x4C, 0x80, 0, 0xE0, 0xFC],
        "flac" =>
            [.. "fLaC"u8, 0x80, 0, 0, 34, .. new byte[10], 0x0A, 0xC4, 0x42, 0xF0, 0, 0, 0xAC, 0x44, .. new byte[16]],
        "pcm" => new byte[64],
        _ => [0xFF, 0xFB, 0x90, 0, .. new byte[413]],
    };

    private static byte[] OggPage(byte kind, long sample)
    {
        byte[] page = [.. "OggS\0"u8, kind, .. new byte[20], 1, 20, .. "OpusHead"u8, .. new byte[12]];
        BinaryPrimitives.WriteInt64LittleEndian(page.AsSpan(6), sample);
        return page;
    }

    // 8 kHz, one channel, 16 bits.
    private static byte[] Wav() =>
    [
        .. "RIFF\0\0\0\0WAVEfmt "u8, 16, 0, 0, 0, 1, 0, 1, 0, 0x40, 0x1F, 0, 0, 0x80, 0x3E, 0, 0, 2, 0, 16, 0,
        .. "data"u8, 0x80, 0x3E, 0, 0, .. new byte[16_000],
    ];
}
