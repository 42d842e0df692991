namespace Gateway.Api.Tests.Chat;

/// <summary>Stop texts and a single function call, held by the gateway where an expert does not care.</summary>
public sealed class AnswerCutTests(OwnGateway fixture) : IClassFixture<OwnGateway>
{
    private const string Tools = "\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\"}}]";

    private const string TwoCalls = """
        {"message":{"content":null,"tool_calls":[
         {"id":"a","type":"function","function":{"name":"f","arguments":"{}"}},
         {"id":"b","type":"function","function":{"name":"f","arguments":"{}"}}]}}
        """;

    [Fact]
    public async Task A_stream_is_cut_before_the_stop_text_wherever_it_is_split()
    {
        fixture.Pause = null;
        var chunks = await fixture.StreamAsync(OwnGateway.Body(
            "plain", "stop;one STOP two", "\"stream\":true,\"stop\":[\"never\",\"STOP\"]"));

        Assert.Equal("one ", OwnGateway.TextOf(chunks));
        Assert.Equal("stop", OwnGateway.ChoicesOf(chunks, 0)
            .Select(choice => (string?)choice["finish_reason"]).OfType<string>().Single());
        var usage = chunks.Last(chunk => chunk is not null)!["usage"]!;
        Assert.InRange((int)usage["completion_tokens"]!, 1, 4);
        Assert.Null(chunks[^1]);
    }

    [Fact]
    public async Task What_only_looks_like_a_beginning_is_handed_on_at_the_end()
    {
        var chunks = await fixture.StreamAsync(
            OwnGateway.Body("plain", "look;to ST", "\"stream\":true,\"stop\":\"STOP\""));

        Assert.Equal("to ST", OwnGateway.TextOf(chunks));
        Assert.Equal(3, (int)chunks.Last(chunk => chunk is not null)!["usage"]!["completion_tokens"]!);
    }

    [Fact]
    public async Task A_whole_answer_is_cut_and_billed_for_what_is_left()
    {
        var (answer, json) = await fixture.PostAsync(
            OwnGateway.Body("plain", "whole;12345678STOP and much more", "\"stop\":\"STOP\""));
        answer.Dispose();

        Assert.Equal("12345678", (string?)json["choices"]![0]!["message"]!["content"]);
        Assert.Equal((7, 2, true), (
            (int)json["usage"]!["prompt_tokens"]!, (int)json["usage"]!["completion_tokens"]!,
            (bool)json["usage"]!["estimated"]!));
    }

    [Fact]
    public async Task An_expert_that_stops_by_itself_is_believed()
    {
        var (answer, json) = await fixture.PostAsync(OwnGateway.Body("plain", "good;12345678", "\"stop\":\"STOP\""));
        answer.Dispose();

        Assert.Equal(
            (4, false), ((int)json["usage"]!["completion_tokens"]!, (bool)json["usage"]!["estimated"]!));
    }

    [Theory]
    [InlineData("\"parallel_tool_calls\":false", 1)]
    [InlineData("\"parallel_tool_calls\":true", 2)]
    public async Task A_second_call_is_cut_where_it_is_not_wanted(string member, int calls)
    {
        var (answer, json) = await fixture.PostAsync(
            OwnGateway.Body("native", $"calls {calls};{TwoCalls}", $"{Tools},{member}"));
        answer.Dispose();

        Assert.Equal(calls, json["choices"]![0]!["message"]!["tool_calls"]!.AsArray().Count);
        Assert.Equal(calls == 1, (bool)json["usage"]!["estimated"]!);
    }

    [Fact]
    public async Task On_a_stream_too_only_the_first_call_is_handed_on()
    {
        const string Deltas = """
            {"deltas":[{"tool_calls":[{"index":0,"id":"a","function":{"name":"f","arguments":"{\"x\":"}}]},
             {"tool_calls":[{"index":1,"id":"b","function":{"name":"f","arguments":"{}"}}]},
             {"tool_calls":[{"index":0,"function":{"arguments":"1}"}}]}]}
            """;
        var chunks = await fixture.StreamAsync(OwnGateway.Body(
            "native", $"stream calls;{Deltas}", $"{Tools},\"parallel_tool_calls\":false,\"stream\":true"));

        var calls = OwnGateway.ChoicesOf(chunks, 0)
            .SelectMany(choice => choice["delta"]?["tool_calls"]?.AsArray() ?? []).ToArray();
        Assert.All(calls, call => Assert.Equal(0, (int)call!["index"]!));
        Assert.Equal("""{"x":1}""", string.Concat(calls.Select(call => (string?)call!["function"]!["arguments"])));
        Assert.Equal(2, (int)chunks.Last(chunk => chunk is not null)!["usage"]!["completion_tokens"]!);
    }

    [Fact]
    public async Task A_stop_text_has_at_most_1024_characters()
    {
        var (answer, json) = await fixture.PostAsync(
            OwnGateway.Body("plain", "long;x", $"\"stop\":\"{new string('x', 1025)}\""));
        answer.Dispose();

        Assert.Equal("stop", (string?)json["error"]!["param"]);
    }
}
