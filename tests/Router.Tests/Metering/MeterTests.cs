using System.Text.Json;
using CsCheck;
using Gateway.Router.Metering;
using Gateway.Testing.Miners;

namespace Gateway.Router.Tests.Metering;

public sealed class MeterTests
{
    private static readonly MeterBounds Bounds = new(InputBound: 100, InputEstimate: 5, OutputLimit: 50);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1024, 1_000_000, DeliveryStatus.CutByCredit)]
    [InlineData(4096, 1500, DeliveryStatus.CutByLimit)]
    public async Task A_claim_beside_the_text_is_billed_no_further_than_what_is_covered(
        long covered, long limit, DeliveryStatus status)
    {
        var text = new string('x', 4000);
        await using var miner = await ScriptedMiner.StartAsync(
            async call =>
            {
                await call.SendAsync(ChatFrames.Text(text, 10) + ChatFrames.Usage("7", "4000"));
                await call.SendAsync(ChatFrames.Text("more") + ChatFrames.Finish() + ChatFrames.Done);
            }, Ct);
        await using var host = await RouterHost.StartAsync(
            new(miner.Address)
            {
                Allowance = new() { CoveredOutputTokens = covered, Credit = covered, OutputTokensLimit = limit },
            }, Ct);

        await host.AskAsync(Ct);

        var delivery = await host.Delivery;
        Assert.Equal(status, delivery.Status);
        Assert.InRange(delivery.Usage.Output, 10, Math.Min(covered, limit));
        Assert.InRange(delivery.Attempts.Single().OutputTo, 10, Math.Min(covered, limit));
    }

    // Ten chunks of "tok " are 40 bytes: at most 41 tokens.
    [Theory]
    [InlineData("7", "10", 7, 10, false, false)]
    [InlineData("7", "41", 7, 41, false, false)]
    [InlineData("7", "42", 7, 10, true, true)]
    [InlineData("7", "9223372036854775807", 7, 10, true, true)]
    [InlineData("7", "9223372036854775808", 7, 10, true, false)]
    [InlineData("7", "-3", 7, 10, true, false)]
    [InlineData("7", "\"10\"", 7, 10, true, false)]
    [InlineData("7", "2.5", 7, 10, true, false)]
    [InlineData("7", "null", 7, 10, true, false)]
    [InlineData("1000", "10", 5, 10, true, true)]
    [InlineData("1000000", "1000000", 5, 10, true, true)]
    [InlineData("{}", "10", 5, 10, true, false)]
    public async Task Attack_24_A_claim_is_held_to_what_can_be(
        string prompt, string completion, long input, long output, bool estimated, bool overclaimed)
    {
        await using var miner = await ScriptedMiner.StartAsync(
            call => call.SendAsync(
                string.Concat(Enumerable.Repeat(ChatFrames.Text("tok "), 10)) + ChatFrames.Finish()
                + ChatFrames.Usage(prompt, completion) + ChatFrames.Done), Ct);
        await using var host = await RouterHost.StartAsync(new(miner.Address), Ct);

        await host.AskAsync(Ct);

        var delivery = await host.Delivery;
        Assert.Equal(new(input, 0, output, 0), delivery.Usage);
        Assert.Equal(estimated, delivery.Estimated);
        Assert.Equal(overclaimed ? "overclaimed" : "", delivery.Attempts.Single().Reason);
    }

    [Fact]
    public void Without_figures_a_delta_is_a_token_and_never_more_than_its_bytes()
    {
        var reading = default(MeterReading);
        for (var i = 0; i < 20; i++)
        {
            reading = reading.After(new(1, 0, 0), default);
        }

        Assert.Equal(new(new(5, 0, 20, 0), Estimated: true, Overclaimed: false), reading.ToUsage(Bounds));
    }

    [Fact]
    public void Attack_24_Figures_never_fall()
    {
        var reading = default(MeterReading)
            .After(new(400, 0, 0), new(9, 3, 30, 8))
            .After(default, new(4, 0, 12, 0));

        Assert.Equal(new(9, 3, 30, 8), reading.ToUsage(Bounds).Usage);
    }

    [Fact]
    public void A_frame_without_a_figure_among_others_counts_one_more()
    {
        var reading = default(MeterReading)
            .After(new(40, 0, 0), new(7, null, 10, null))
            .After(new(4, 0, 0), default)
            .After(default, default);

        Assert.Equal(11, reading.Output);
    }

    [Fact]
    public void A_final_figure_outweighs_counted_deltas_also_when_it_is_lower()
    {
        var reading = default(MeterReading);
        for (var i = 0; i < 20; i++)
        {
            reading = reading.After(new(4, 0, 0), default);
        }

        Assert.Equal(15, reading.After(default, new(7, null, 15, null)).ToUsage(Bounds).Usage.Output);
    }

    [Fact]
    public void Parts_are_never_larger_than_their_whole()
    {
        var reading = default(MeterReading).After(new(400, 0, 0), new(9, 1000, 30, 1000));

        Assert.Equal(new(9, 9, 30, 30), reading.ToUsage(Bounds).Usage);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 1)]
    [InlineData(4, 1)]
    [InlineData(5, 2)]
    public void Complaint_05_A_whole_answer_without_figures_is_a_quarter_of_its_bytes_rounded_up(
        long bytes, long tokens)
    {
        var metered = default(MeterReading).After(new(bytes, 0, 0), default).ToWholeUsage(Bounds);

        Assert.Equal((tokens, true), (metered.Usage.Output, metered.Estimated));
    }

    [Fact]
    public void A_whole_answer_whose_figures_cannot_be_is_counted_here()
    {
        var reading = default(MeterReading).After(new(40, 0, 0), new(1_000_000, 900, 1_000_000, 900));

        Assert.Equal(new(new(5, 0, 10, 10), Estimated: true, Overclaimed: true), reading.ToWholeUsage(Bounds));
    }

    [Fact]
    public void A_function_call_may_hide_sixteen_tokens()
    {
        var reading = default(MeterReading).After(new(3, 0, 1), new(1, null, 20, null));

        Assert.Equal(new(new(1, 0, 20, 0), Estimated: false, Overclaimed: false), reading.ToUsage(Bounds));
        Assert.True(default(MeterReading).After(new(3, 0, 1), new(1, null, 21, null)).ToUsage(Bounds).Overclaimed);
    }

    [Fact]
    public void Attack_24_Whatever_is_claimed_the_usage_stays_within_all_bounds()
    {
        var figures = Gen.Long.Nullable();
        var frames = Gen.Select(Gen.Long[0, 20], Gen.Long[0, 20], figures, figures).List[0, 20];
        frames.Sample(
            list =>
            {
                var reading = default(MeterReading);
                foreach (var (output, reasoning, prompt, completion) in list)
                {
                    reading = reading.After(new(output, reasoning, 0), Read(prompt, completion));
                }

                var usage = reading.ToUsage(Bounds).Usage;
                Assert.InRange(usage.Input, 0, Bounds.InputBound);
                Assert.InRange(usage.Cached, 0, usage.Input);
                var bytes = list.Sum(frame => frame.Item1 + frame.Item2);
                Assert.InRange(usage.Output, 0, Math.Min(Bounds.OutputLimit, bytes + 1));
                Assert.InRange(usage.Reasoning, 0, usage.Output);
            },
            iter: 5_000);
    }

    private static UsageFigure Read(long? prompt, long? completion)
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(
            new
            {
                prompt_tokens = prompt,
                completion_tokens = completion,
                prompt_tokens_details = new { cached_tokens = completion },
                completion_tokens_details = new { reasoning_tokens = prompt },
            });
        var reader = new Utf8JsonReader(json);
        reader.Read();
        return UsageFigure.Read(ref reader);
    }
}
