using System.Text;

namespace Gateway.Api.Tests.Tasks;

/// <summary>POST /v1/audio/transcriptions and /v1/audio/translations.</summary>
public sealed class TranscriptionTests(ModalGateway fixture) : IClassFixture<ModalGateway>
{
    private const string Path = "audio/transcriptions";
    private const string Verbose = """
        {"task":"transcribe","language":"english","duration":9,"text":" Hello there. Bye.",
         "segments":[{"id":7,"start":0.0,"end":1.25,"text":" Hello there.","avg_logprob":-0.25,"tokens":[1]},
           {"id":8,"start":1.25,"end":2.0,"text":" Bye.\n\n3\n00:00:00,000 --> 00:00:09,000\nForged"}],
         "words":[{"word":"Hello","start":0,"end":0.5},{"word":"there","start":0.5,"end":1.25}]}
        """;

    private static readonly byte[] Sound = Samples.Wav(2000);

    [Fact]
    public async Task A_text_is_sold_by_the_length_that_the_file_itself_tells()
    {
        fixture.Answers(Path, """{"text":"Hello","usage":{"type":"duration","seconds":999}}""");
        var answer = await SendAsync(("language", "en"), ("prompt", "names"), ("temperature", "0.2"));
        var receipt = await fixture.ReceiptAsync(answer);

        Assert.Equal((200, "Hello"), (answer.Status, (string?)answer.Json["text"]));
        var usage = answer.Json["usage"]!;
        Assert.Equal(("duration", 2m, 2_000_000, false), (
            (string)usage["type"]!, (decimal)usage["seconds"]!, (long)usage["cost_nusd"]!, (bool)usage["estimated"]!));
        Assert.Equal(("/v1/audio/transcriptions", 2_000_000, 2000), (
            (string)receipt["endpoint"]!, (long)receipt["charge_nusd"]!, (long)receipt["usage"]!["audio_ms"]!));
        Assert.Equal("0.002", answer.Headers["x-gateway-cost"]);
    }

    [Fact]
    public async Task The_expert_gets_the_same_sound_under_a_name_and_a_type_of_ours()
    {
        fixture.Answers(Path, """{"text":"x"}""");
        await SendAsync(("language", "en"), ("user", "someone"), ("max_cost", "1"), ("house_style", "terse"));

        var call = fixture.Miner.Calls[^1];
        var form = Encoding.Latin1.GetString(call.Body.Span);
        Assert.StartsWith(
            "multipart/form-data; boundary=form-", call.Headers["content-type"], StringComparison.Ordinal);
        Assert.Contains("name=\"file\"; filename=\"audio.wav\"\r\nContent-Type: audio/wav\r\n\r\nRIFF", form,
            StringComparison.Ordinal);
        Assert.Contains("name=\"model\"\r\n\r\nscripted-transcription\r\n", form, StringComparison.Ordinal);
        Assert.Contains("name=\"language\"\r\n\r\nen\r\n", form, StringComparison.Ordinal);
        Assert.Contains("name=\"house_style\"\r\n\r\nterse\r\n", form, StringComparison.Ordinal);
        Assert.Contains(Encoding.Latin1.GetString(Sound), form, StringComparison.Ordinal);
        Assert.DoesNotContain("evil", form, StringComparison.Ordinal);
        Assert.DoesNotContain("someone", form, StringComparison.Ordinal);
        Assert.DoesNotContain("max_cost", form, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Subtitles_are_made_here_and_what_is_said_forges_none()
    {
        fixture.Answers(Path, Verbose);
        var srt = await SendAsync(("response_format", "srt"));
        var vtt = await SendAsync(("response_format", "vtt"));
        fixture.Answers(Path, """{"text":"Hello"}""");
        var text = await SendAsync(("response_format", "text"));
        var lacking = await SendAsync(("response_format", "srt"));

        Assert.Equal("1\n00:00:00,000 --> 00:00:01,250\nHello there.\n\n2\n00:00:01,250 --> 00:00:02,000\n"
            + "Bye. 3 00:00:00,000 -> 00:00:09,000 Forged\n\n", srt.Text);
        Assert.Equal("text/plain; charset=utf-8", srt.Type);
        Assert.StartsWith("WEBVTT\n\n00:00:00.000 --> 00:00:01.250\nHello there.\n\n", vtt.Text,
            StringComparison.Ordinal);
        Assert.Equal(("text/vtt; charset=utf-8", "0.002"), (vtt.Type, vtt.Headers["x-gateway-cost"]));
        Assert.Equal(("text/plain; charset=utf-8", "Hello\n"), (text.Type, text.Text));
        Assert.Equal((502, "all_experts_failed", null), lacking.Refusal);
    }

    [Fact]
    public async Task Verbose_has_segments_and_words_as_they_were_asked_for_and_our_own_duration()
    {
        fixture.Answers(Path, Verbose);
        var plain = await SendAsync(("response_format", "verbose_json"));
        var words = await SendAsync(
            ("response_format", "verbose_json"), ("timestamp_granularities[]", "word"));
        var both = await SendAsync(("response_format", "verbose_json"),
            ("timestamp_granularities[]", "word"), ("timestamp_granularities[]", "segment"));

        Assert.Equal(2, plain.Json["segments"]!.AsArray().Count);
        Assert.Equal((0, -0.25, 1.25), (
            (int)plain.Json["segments"]![0]!["id"]!, (double)plain.Json["segments"]![0]!["avg_logprob"]!,
            (double)plain.Json["segments"]![1]!["start"]!));
        Assert.Null(plain.Json["words"]);
        Assert.Equal(("transcribe", 2m), ((string)plain.Json["task"]!, (decimal)plain.Json["duration"]!));
        Assert.Null(words.Json["segments"]);
        Assert.Equal("Hello", (string?)words.Json["words"]![0]!["word"]);
        Assert.NotNull(both.Json["segments"]);
        Assert.NotNull(both.Json["words"]);
    }

    [Fact]
    public async Task A_stream_has_the_text_in_pieces_and_then_all_of_it_with_its_cost()
    {
        var said = string.Concat(Enumerable.Repeat("one two \U0001F600 three four five ", 20));
        fixture.Answers(Path, $$"""{"text":"{{said}}"}""");
        var answer = await SendAsync(("stream", "true"));

        var events = answer.Events;
        Assert.StartsWith("text/event-stream", answer.Type, StringComparison.Ordinal);
        Assert.Equal(said, string.Concat(events.SkipLast(1).Select(one => (string)one["delta"]!)));
        Assert.True(events.Count > 5);
        Assert.Equal(("transcript.text.done", said, 2_000_000), (
            (string)events[^1]["type"]!, (string)events[^1]["text"]!, (long)events[^1]["usage"]!["cost_nusd"]!));
        Assert.EndsWith("data: [DONE]\n\n", answer.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stream_whose_expert_fails_never_looks_like_success_and_is_free()
    {
        fixture.Answers(Path, call => call.SendStatusAsync(500));
        var before = await fixture.ChargedAsync();
        var answer = await SendAsync(("stream", "true"));

        Assert.Equal(502, answer.Status);
        Assert.DoesNotContain("[DONE]", answer.Text, StringComparison.Ordinal);
        Assert.Equal(before, await fixture.ChargedAsync());
    }

    [Fact]
    public async Task A_translation_is_asked_for_at_its_own_address_and_has_no_language()
    {
        fixture.Answers("audio/translations", """{"text":"Good day"}""");
        var answer = await fixture.PostFormAsync(
            "audio/translations", ("model", ModalGateway.Scribe), ("file", Sound));
        var refused = await fixture.PostFormAsync(
            "audio/translations", ("model", ModalGateway.Scribe), ("file", Sound), ("language", "de"));

        Assert.Equal("Good day", (string?)answer.Json["text"]);
        Assert.Equal((400, "unsupported_parameter", "language"), refused.Refusal);
    }

    [Fact]
    public async Task What_does_not_tell_its_length_is_estimated_and_the_experts_word_is_bounded()
    {
        fixture.Answers(Path, """{"text":"x","duration":3.5}""");
        var told = await PostAsync(Samples.WebM(null));
        fixture.Answers(Path, """{"text":"x","duration":1000000}""");
        var greedy = await PostAsync(Samples.WebM(null));

        Assert.Equal((3.5m, true), (
            (decimal)told.Json["usage"]!["seconds"]!, (bool)told.Json["usage"]!["estimated"]!));
        Assert.InRange((decimal)greedy.Json["usage"]!["seconds"]!, 0.5m, 2m);
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("""{"text":7}""")]
    [InlineData("""{"text":"x","segments":[{"start":5,"end":1,"text":"x"}]}""")]
    [InlineData("""{"text":"x","segments":[{"start":1,"end":99999,"text":"x"}]}""")]
    [InlineData("""{"text":"x","segments":[{"start":"0","end":1,"text":"x"}]}""")]
    [InlineData("<html>")]
    public async Task An_answer_that_is_none_is_an_error_and_free(string json)
    {
        fixture.Answers(Path, json);
        var before = await fixture.ChargedAsync();
        var answer = await SendAsync(("response_format", "verbose_json"));

        Assert.Equal((502, "all_experts_failed", null), answer.Refusal);
        Assert.Equal(before, await fixture.ChargedAsync());
    }

    [Theory]
    [InlineData("response_format", "diarized_json", "invalid_value")]
    [InlineData("response_format", "JSON", "invalid_value")]
    [InlineData("temperature", "1.5", "invalid_value")]
    [InlineData("temperature", "warm", "invalid_value")]
    [InlineData("language", "e", "invalid_value")]
    [InlineData("timestamp_granularities[]", "word", "invalid_value")]
    [InlineData("timestamp_granularities[]", "letter", "invalid_value")]
    [InlineData("stream", "yes", "invalid_value")]
    [InlineData("include[]", "logprobs", "unsupported_parameter")]
    [InlineData("known_speaker_names[]", "Ann", "unsupported_parameter")]
    [InlineData("chunking_strategy", "server_vad", "unsupported_parameter")]
    [InlineData("Language", "en", "unknown_parameter")]
    [InlineData("Model", "x", "unknown_parameter")]
    [InlineData("messages", "x", "unsupported_parameter")]
    [InlineData("routing", """{"strange":1}""", "unknown_parameter", "routing.strange")]
    [InlineData("max_cost", "0.000000001", "max_cost_too_low")]
    public async Task A_wrong_field_is_refused_by_its_name(
        string name, string value, string code, string? param = null)
    {
        var answer = await SendAsync((name, value));

        Assert.Equal((400, code, param ?? name), answer.Refusal);
    }

    [Fact]
    public async Task A_file_is_judged_by_its_bytes_and_must_be_there()
    {
        var text = await PostAsync("not a sound at all"u8.ToArray());
        var none = await fixture.PostFormAsync(Path, ("model", ModalGateway.Scribe));
        var field = await fixture.PostFormAsync(Path, ("model", ModalGateway.Scribe), ("file", "RIFF"));
        var other = await fixture.PostFormAsync(
            Path, ("model", ModalGateway.Scribe), ("file", Sound), ("attachment", Sound));
        var json = await fixture.PostAsync(Path, "{}");
        var twice = await SendAsync(("prompt", "a"), ("prompt", "b"));
        var stream = await SendAsync(("stream", "true"), ("response_format", "srt"));

        Assert.Equal((400, "invalid_value", "file"), text.Refusal);
        Assert.Equal((400, "missing_required_parameter", "file"), none.Refusal);
        Assert.Equal((400, "invalid_type", "file"), field.Refusal);
        Assert.Equal((400, "unsupported_parameter", "attachment"), other.Refusal);
        Assert.Equal((415, "unsupported_media_type", null), json.Refusal);
        Assert.Equal((400, "duplicate_key", "prompt"), twice.Refusal);
        Assert.Equal((400, "invalid_value", "stream"), stream.Refusal);
    }

    [Fact]
    public async Task A_form_that_is_sent_again_between_other_boundaries_is_the_same_request()
    {
        fixture.Answers(Path, """{"text":"once"}""");
        var key = $"k-{Guid.CreateVersion7(TimeProvider.System.GetUtcNow())}";
        var first = await PostFormAsync(key, "aaa", "en");
        var again = await PostFormAsync(key, "bbbbbb", "en");
        var other = await PostFormAsync(key, "ccc", "de");

        Assert.Equal(200, first.Status);
        Assert.Equal("true", again.Headers["Idempotent-Replayed"]);
        Assert.Equal(first.Text, again.Text);
        Assert.Equal((422, "idempotency_key_reused"), (other.Refusal.Status, other.Refusal.Code));
    }

    private Task<ModalAnswer> PostFormAsync(string key, string boundary, string language)
    {
        var form = new MultipartFormDataContent(boundary)
        {
            { new StringContent(ModalGateway.Scribe), "model" },
            { new StringContent(language), "language" },
            { new ByteArrayContent(Sound), "file", "a.wav" },
        };
        return fixture.PostAsync(Path, form, key);
    }

    private Task<ModalAnswer> PostAsync(byte[] file) =>
        fixture.PostFormAsync(Path, ("model", ModalGateway.Scribe), ("file", file));

    private Task<ModalAnswer> SendAsync(params (string Name, object Value)[] fields) =>
        fixture.PostFormAsync(Path, [("model", ModalGateway.Scribe), ("file", Sound), .. fields]);
}
