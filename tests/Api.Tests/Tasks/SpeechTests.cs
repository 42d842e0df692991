using System.Text.Json.Nodes;

namespace Gateway.Api.Tests.Tasks;

/// <summary>POST /v1/audio/speech and /v1/audio/music.</summary>
public sealed class SpeechTests(ModalGateway fixture) : IClassFixture<ModalGateway>
{
    private const string Speech = "audio/speech";
    private const string Music = "audio/music";

    /// <summary>Formats, what the answer says it is, and bytes of it.</summary>
    public static TheoryData<string, string, byte[]> Formats => new()
    {
        { "mp3", "audio/mpeg", Samples.Mp3(3) },
        { "opus", "audio/ogg", Samples.Ogg(4800) },
        { "aac", "audio/aac", Samples.Aac(3) },
        { "flac", "audio/flac", Samples.Flac(800, 20) },
        { "wav", "audio/wav", Samples.Wav(100) },
        { "pcm", "audio/pcm", new byte[200] },
    };

    [Theory]
    [MemberData(nameof(Formats))]
    public async Task Sound_comes_in_the_format_that_was_asked_for(string format, string type, byte[] sound)
    {
        fixture.Answers(Speech, sound, "text/html");
        var answer = await SpeakAsync($""" "input":"Hi","voice":"alloy","response_format":"{format}" """);

        Assert.Equal((200, type), (answer.Status, answer.Type));
        Assert.Equal(sound, answer.Bytes);
        Assert.Equal("0.00002", answer.Headers["x-gateway-cost"]);
        Assert.Equal("nosniff", answer.Headers["X-Content-Type-Options"]);
    }

    [Fact]
    public async Task It_is_sold_by_the_character_and_its_receipt_counts_them()
    {
        fixture.Answers(Speech, Samples.Mp3(3), "audio/mpeg");
        var answer = await SpeakAsync(""" "input":"H\u00e9 \ud83d\ude00!","voice":"alloy","speed":1.5,"user":"u" """);
        var receipt = await fixture.ReceiptAsync(answer);

        Assert.Equal((5, 50_000), ((int)receipt["usage"]!["characters"]!, (long)receipt["charge_nusd"]!));
        var sent = JsonNode.Parse(fixture.Miner.Calls[^1].Body.Span)!.AsObject();
        Assert.Equal(["input", "model", "response_format", "speed", "voice"],
            sent.Select(member => member.Key).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Events_have_the_sound_in_pieces_and_then_its_cost()
    {
        var sound = Samples.Mp3(200);
        fixture.Answers(Speech, sound, "audio/mpeg");
        var answer = await SpeakAsync(""" "input":"Hi","voice":"alloy","stream_format":"sse" """);

        var events = answer.Events;
        Assert.Equal(sound, events.SkipLast(1).SelectMany(one => Convert.FromBase64String((string)one["audio"]!)));
        Assert.All(events.SkipLast(1), one => Assert.Equal("speech.audio.delta", (string?)one["type"]));
        Assert.Equal(("speech.audio.done", 2, 20_000), (
            (string)events[^1]["type"]!, (int)events[^1]["usage"]!["characters"]!,
            (long)events[^1]["usage"]!["cost_nusd"]!));
        Assert.EndsWith("data: [DONE]\n\n", answer.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_not_the_format_is_no_answer_and_free()
    {
        fixture.Answers(Speech, Samples.Wav(100), "audio/mpeg");
        var before = await fixture.ChargedAsync();
        var other = await SpeakAsync(""" "input":"Hi","voice":"alloy" """);
        fixture.Answers(Speech, """{"error":{"message":"no"}}""");
        var error = await SpeakAsync(""" "input":"Hi","voice":"alloy","response_format":"pcm" """);

        Assert.Equal((502, "all_experts_failed", null), other.Refusal);
        Assert.Equal((502, "all_experts_failed", null), error.Refusal);
        Assert.Equal(before, await fixture.ChargedAsync());
    }

    [Fact]
    public async Task A_voice_that_nobody_has_is_refused_with_those_that_there_are()
    {
        var answer = await SpeakAsync(""" "input":"Hi","voice":"zorro" """);

        Assert.Equal((400, "invalid_value", "voice"), answer.Refusal);
        Assert.Contains("alloy, nova", (string?)answer.Json["error"]!["message"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_sound_of_more_than_64_KB_is_paid_once_and_not_given_again()
    {
        fixture.Answers(Speech, Samples.Mp3(300), "audio/mpeg");
        var key = $"k-{Guid.CreateVersion7(TimeProvider.System.GetUtcNow())}";
        const string Body = $$"""{"model":"{{ModalGateway.Speaker}}","input":"Hi","voice":"alloy"}""";
        var first = await fixture.PostAsync(Speech, Body, key);
        var charged = await fixture.ChargedAsync();
        var again = await fixture.PostAsync(Speech, Body, key);

        Assert.Equal(200, first.Status);
        Assert.Equal((422, "idempotency_not_replayable"), (again.Refusal.Status, again.Refusal.Code));
        Assert.Equal(charged, await fixture.ChargedAsync());
    }

    [Theory]
    [InlineData(""" "voice":"alloy" """, "missing_required_parameter", "input")]
    [InlineData(""" "input":"Hi" """, "missing_required_parameter", "voice")]
    [InlineData(""" "input":"","voice":"alloy" """, "invalid_value", "input")]
    [InlineData(""" "input":"Hi","voice":{"id":"v"} """, "invalid_type", "voice")]
    [InlineData(""" "input":"Hi","voice":"alloy","speed":5 """, "invalid_value", "speed")]
    [InlineData(""" "input":"Hi","voice":"alloy","response_format":"midi" """, "invalid_value", "response_format")]
    [InlineData(""" "input":"Hi","voice":"alloy","stream_format":"ws" """, "invalid_value", "stream_format")]
    [InlineData(""" "input":"Hi","voice":"alloy","stream":true """, "unsupported_parameter", "stream")]
    [InlineData(""" "input":"Hi","voice":"alloy","Voice":"x" """, "unknown_parameter", "Voice")]
    [InlineData(""" "input":"Hi","voice":"alloy","max_cost":1e-9 """, "max_cost_too_low", "max_cost")]
    public async Task A_wrong_field_is_refused_by_its_name(string fields, string code, string param) =>
        Assert.Equal((400, code, param), (await SpeakAsync(fields)).Refusal);

    [Fact]
    public async Task A_text_has_at_most_4096_characters()
    {
        fixture.Answers(Speech, Samples.Mp3(3), "audio/mpeg");
        var most = await SpeakAsync($""" "input":"{new string('x', 4096)}","voice":"alloy" """);
        var more = await SpeakAsync($""" "input":"{new string('x', 4097)}","voice":"alloy" """);

        Assert.Equal(200, most.Status);
        Assert.Equal((400, "invalid_value", "input"), more.Refusal);
    }

    [Fact]
    public async Task Music_is_sold_by_the_second_that_came_and_never_beyond_what_was_asked()
    {
        fixture.Answers(Music, Samples.Wav(1500), "audio/wav");
        var less = await PlayAsync(""" "prompt":"a song","seconds":2,"format":"wav" """);
        var more = await PlayAsync(""" "prompt":"a song","seconds":1,"format":"wav" """);
        var receipt = await fixture.ReceiptAsync(less);

        Assert.Equal(("audio/wav", "0.003"), (less.Type, less.Headers["x-gateway-cost"]));
        Assert.Equal(1500, (int)receipt["usage"]!["audio_ms"]!);
        Assert.Equal("0.002", more.Headers["x-gateway-cost"]);
    }

    [Theory]
    [InlineData(""" "seconds":5 """, "missing_required_parameter", "prompt")]
    [InlineData(""" "prompt":"x","seconds":301 """, "invalid_value", "seconds")]
    [InlineData(""" "prompt":"x","format":"pcm" """, "invalid_value", "format")]
    public async Task A_wrong_field_of_music_is_refused_by_its_name(string fields, string code, string param) =>
        Assert.Equal((400, code, param), (await PlayAsync(fields)).Refusal);

    private Task<ModalAnswer> SpeakAsync(string fields) =>
        fixture.PostAsync(Speech, $$"""{"model":"{{ModalGateway.Speaker}}",{{fields}}}""");

    private Task<ModalAnswer> PlayAsync(string fields) =>
        fixture.PostAsync(Music, $$"""{"model":"{{ModalGateway.Band}}",{{fields}}}""");
}
