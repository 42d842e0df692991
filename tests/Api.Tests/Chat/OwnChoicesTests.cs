using System.Net;
using System.Text.Json.Nodes;

namespace Gateway.Api.Tests.Chat;

/// <summary>Several choices from experts that give one: the gateway asks as often as there are choices.</summary>
public sealed class OwnChoicesTests(OwnGateway fixture) : IClassFixture<OwnGateway>
{
    private static CancellationToken Token => OwnGateway.Token;

    [Fact]
    public async Task An_expert_without_n_is_asked_for_each_choice_and_the_prompt_is_billed_once()
    {
        var before = fixture.Plain.Calls.Count;
        var (answer, json) = await fixture.PostAsync(OwnGateway.Body("plain", "n3;aaaa|bbbb|cccc", "\"n\":3"));

        using (answer)
        {
            var choices = json["choices"]!.AsArray();
            Assert.Equal([0, 1, 2], choices.Select(choice => (int)choice!["index"]!));
            Assert.Equal(
                ["aaaa", "bbbb", "cccc"], choices.Select(choice => (string)choice!["message"]!["content"]!).Order());
            Assert.Equal((7, 6, 7_000 + 60_000, 3), (
                (int)json["usage"]!["prompt_tokens"]!, (int)json["usage"]!["completion_tokens"]!,
                (long)json["usage"]!["cost_nusd"]!, (int)json["usage"]!["cost_details"]!["calls"]!));
            Assert.All(fixture.Plain.Calls.Skip(before), call => Assert.False(call.Json.TryGetProperty("n", out _)));
            var receipt = await fixture.Gateway.GetAsync(
                $"v1/receipts/{answer.Headers.GetValues("x-gateway-receipt").Single()}", Token);
            Assert.Equal(67_000, (long)receipt["charge_nusd"]!);
        }
    }

    [Fact]
    public async Task Who_can_do_it_is_asked_first_and_once()
    {
        var (plain, native) = (fixture.Plain.Calls.Count, fixture.Native.Calls.Count);
        var (answer, json) = await fixture.PostAsync(OwnGateway.Body("both", "first;same", "\"n\":2"));
        answer.Dispose();

        Assert.Equal(2, json["choices"]!.AsArray().Count);
        Assert.Equal((plain, native + 1), (fixture.Plain.Calls.Count, fixture.Native.Calls.Count));
        Assert.Equal(2, fixture.Native.Calls[^1].Json.GetProperty("n").GetInt32());
    }

    [Fact]
    public async Task More_than_four_are_left_to_experts_that_have_them()
    {
        var (refused, error) = await fixture.PostAsync(OwnGateway.Body("plain", "many;x", "\"n\":5"));
        var (answer, json) = await fixture.PostAsync(OwnGateway.Body("both", "sixteen;x", "\"n\":16"));
        refused.Dispose();
        answer.Dispose();

        Assert.Equal(
            ("unsupported_parameter", "n"), ((string?)error["error"]!["code"], (string?)error["error"]!["param"]));
        Assert.Equal(16, json["choices"]!.AsArray().Count);
    }

    [Fact]
    public async Task Streams_of_several_calls_come_as_one_with_numbered_choices_and_one_usage()
    {
        fixture.Pause = new(TaskCreationOptions.RunContinuationsAsynchronously);
        var before = fixture.Plain.Calls.Count;
        var streaming = fixture.StreamAsync(OwnGateway.Body(
            "plain", "s2;one two|six ten", "\"n\":2,\"stream\":true,\"stream_options\":{\"include_usage\":true}"));

        // Both are under way at once.
        while (fixture.Plain.Calls.Count < before + 2)
        {
            Assert.False(streaming.IsCompleted);
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, Token);
        }

        fixture.Pause.SetResult();
        fixture.Pause = null;
        var chunks = await streaming;

        Assert.Equal(
            ["one two", "six ten"],
            new[] { OwnGateway.TextOf(chunks, 0), OwnGateway.TextOf(chunks, 1) }.Order());
        Assert.Single(chunks.Select(chunk => (string?)chunk?["id"]).Where(id => id is not null).Distinct());
        Assert.Equal(["stop", "stop"], Enumerable.Range(0, 2).SelectMany(index =>
            OwnGateway.ChoicesOf(chunks, index).Select(choice => (string?)choice["finish_reason"]).OfType<string>()));
        var usage = Assert.Single(chunks, chunk => chunk?["usage"] is JsonObject)!["usage"]!;
        Assert.Equal((7, 8, 87_000), (
            (int)usage["prompt_tokens"]!, (int)usage["completion_tokens"]!, (long)usage["cost_nusd"]!));
        Assert.Null(chunks[^1]);
    }

    [Fact]
    public async Task One_call_that_fails_fails_them_all_and_costs_nothing()
    {
        var (answer, json) = await fixture.PostAsync(OwnGateway.Body(
            "plain", "bad;fine|#500", "\"n\":2,\"routing\":{\"fallback\":false}"));
        using (answer)
        {
            Assert.Equal(HttpStatusCode.BadGateway, answer.StatusCode);
            Assert.Equal(0, (int)json["error"]!["details"]!["charge_nusd"]!);
        }
    }

    [Fact]
    public async Task A_request_that_every_call_finds_bad_is_bad()
    {
        var (answer, json) = await fixture.PostAsync(OwnGateway.Body("plain", "no;#400", "\"n\":3"));
        answer.Dispose();

        Assert.Equal("invalid_value", (string?)json["error"]!["code"]);
    }

    [Fact]
    public async Task The_hold_is_for_all_choices()
    {
        // 10 USD a million: 130,000 tokens for each of four are 5.2 USD, and the demo has 5.
        var (answer, json) = await fixture.PostAsync(
            OwnGateway.Body("plain", "dear;x", "\"n\":4,\"max_tokens\":130000"));
        using (answer)
        {
            Assert.Equal(HttpStatusCode.PaymentRequired, answer.StatusCode);
            Assert.True((long)json["error"]!["details"]!["needed_nusd"]! > 5_000_000_000);
        }
    }
}
