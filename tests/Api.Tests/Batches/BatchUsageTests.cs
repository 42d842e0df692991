using System.Text;
using System.Text.Json.Nodes;
using Gateway.Api.Batches;

namespace Gateway.Api.Tests.Batches;

/// <summary>What a batch used is the sum of its lines, whatever endpoint they are of.</summary>
public sealed class BatchUsageTests
{
    private static readonly LineName Name = new(Guid.CreateVersion7(), 0, "a");

    [Theory]
    [InlineData(
        """
        {"prompt_tokens":7,"completion_tokens":5,"prompt_tokens_details":{"cached_tokens":3},
        "completion_tokens_details":{"reasoning_tokens":2},"cost_nusd":9}
        """, 7, 3, 5, 2, 9)]
    [InlineData(
        """
        {"input_tokens":7,"output_tokens":5,"input_tokens_details":{"cached_tokens":3},
        "output_tokens_details":{"reasoning_tokens":2}}
        """, 7, 3, 5, 2, 0)]
    [InlineData(
        """
        {"input_tokens":4,"cache_read_input_tokens":3,"cache_creation_input_tokens":0,"output_tokens":5}
        """, 7, 3, 5, 0, 0)]
    [InlineData("""{"prompt_tokens":7,"total_tokens":7}""", 7, 0, 0, 0, 0)]
    [InlineData("""{"prompt_tokens":null,"completion_tokens":"5","prompt_tokens_details":null}""", 0, 0, 0, 0, 0)]
    [InlineData("null", 0, 0, 0, 0, 0)]
    public void A_line_is_read_whatever_its_members_are_called(
        string usage, long input, long cached, long output, long reasoning, long cost)
    {
        var sum = new BatchUsage();
        Add(sum, $$"""{"usage":{{usage}}}""");
        Add(sum, $$"""{"usage":{{usage}}}""");
        var json = JsonNode.Parse(sum.ToJson())!;

        Assert.Equal(
            (2 * input, 2 * cached, 2 * output, 2 * reasoning, 2 * (input + output), 2 * cost),
            ((long)json["input_tokens"]!, (long)json["input_tokens_details"]!["cached_tokens"]!,
                (long)json["output_tokens"]!, (long)json["output_tokens_details"]!["reasoning_tokens"]!,
                (long)json["total_tokens"]!, (long)json["cost_nusd"]!));
    }

    [Fact]
    public void What_was_not_run_and_what_has_no_usage_add_nothing_and_one_estimate_makes_the_sum_one()
    {
        var sum = new BatchUsage();
        sum.Add(LineJson.NotRun(Name, "batch_expired", "Too late."));
        Add(sum, """{"results":[]}""");
        Add(sum, "[]");
        Assert.Equal(
            """{"input_tokens":0,"input_tokens_details":{"cached_tokens":0},"output_tokens":0,"""
            + "\"output_tokens_details\":{\"reasoning_tokens\":0},\"total_tokens\":0,"
            + "\"cost\":0,\"cost_nusd\":0,\"estimated\":false}",
            sum.ToJson());

        Add(sum, """{"usage":{"prompt_tokens":1,"estimated":true}}""");
        Add(sum, """{"usage":{"prompt_tokens":1,"estimated":false}}""");
        Assert.True((bool)JsonNode.Parse(sum.ToJson())!["estimated"]!);
    }

    [Theory]
    [InlineData(62)]
    [InlineData(63)]
    public void An_answer_may_be_as_deep_as_answers_are(int depth)
    {
        var sum = new BatchUsage();
        var deep = new string('[', depth) + new string(']', depth);
        Add(sum, $$$"""{"deep":{{{deep}}},"usage":{"prompt_tokens":7}}""");

        Assert.Equal(7, (long)JsonNode.Parse(sum.ToJson())!["input_tokens"]!);
    }

    [Fact]
    public void A_line_that_cannot_be_read_adds_nothing()
    {
        var sum = new BatchUsage();
        sum.Add("{"u8.ToArray());

        Assert.Equal(0, (long)JsonNode.Parse(sum.ToJson())!["total_tokens"]!);
    }

    private static void Add(BatchUsage sum, string body) =>
        sum.Add(LineJson.Answered(Name, 200, "req_1", Encoding.UTF8.GetBytes(body)));
}
