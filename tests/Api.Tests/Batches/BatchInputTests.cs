using System.Text;
using Gateway.Api.Batches;

namespace Gateway.Api.Tests.Batches;

public sealed class BatchInputTests
{
    private const string Endpoint = "/v1/chat/completions";

    [Theory]
    [InlineData("\n")]
    [InlineData("\r\n")]
    public void Lines_end_as_in_either_world_and_blank_ones_are_none(string end)
    {
        var text = string.Join(end, ["", BatchGateway.Line("a", "x"), "  ", BatchGateway.Line("b", "y"), ""]);
        var input = new BatchInput(Encoding.UTF8.GetBytes(text));

        Assert.Equal(2, input.Count);
        Assert.Empty(input.Problems(Endpoint));
        Assert.Equal("b", input[1].CustomId);
        Assert.StartsWith("{\"model\":", Encoding.UTF8.GetString(input[1].Body), StringComparison.Ordinal);
    }

    [Fact]
    public void Any_bytes_are_problems_and_nothing_worse()
    {
        var random = new Random(5);
        var whole = Encoding.UTF8.GetBytes(BatchGateway.Line("a", "x") + "\n" + BatchGateway.Line("b", "y"));
        for (var round = 0; round < 3_000; round++)
        {
            var bytes = whole.ToArray();
            for (var i = random.Next(4); i >= 0; i--)
            {
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            }

            var input = new BatchInput(bytes);
            if (input.Problems(Endpoint).Count == 0)
            {
                Assert.All(Enumerable.Range(0, input.Count), n => Assert.NotEmpty(input[n].Body));
            }
        }
    }

    [Fact]
    public void A_file_that_is_wrong_throughout_is_told_a_hundred_times()
    {
        var input = new BatchInput(Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("{}\n", 500))));

        Assert.Equal(100, input.Problems(Endpoint).Count);
        Assert.Equal("empty_file", Assert.Single(new BatchInput(default).Problems(Endpoint)).Code);
    }
}
