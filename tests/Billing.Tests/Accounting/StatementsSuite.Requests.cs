using Gateway.Core;

namespace Gateway.Billing.Tests.Accounting;

public abstract partial class StatementsSuite
{
    [Fact]
    public async Task Requests_come_newest_first_in_pages_without_gaps()
    {
        var (org, other) = (await OrgAsync(0), await OrgAsync(0));
        var expected = new List<RequestId>();
        foreach (var minute in (int[])[0, 1, 1, 59, 60, 61, 600, 4000, 4001, 4002, 90_000])
        {
            expected.Insert(0, await RequestAsync(org, March.AddMinutes(minute)));
            await RequestAsync(other, March.AddMinutes(minute));
        }

        var seen = new List<RequestId>();
        var pages = 0;
        for (RequestId? before = null; pages == 0 || before is not null; pages++)
        {
            var page = await Statements.RequestsAsync(org, new(2, before), Token);
            Assert.InRange(page.Lines.Count, 0, 2);
            seen.AddRange(page.Lines.Select(line => line.Id));
            before = page.Next;
        }

        Assert.Equal(
            expected.OrderByDescending(id => id.ToString(), StringComparer.Ordinal), seen);
        Assert.InRange(pages, 6, 20);
    }

    [Fact]
    public async Task Requests_are_narrowed_by_key_model_and_ending()
    {
        var org = await OrgAsync(0);
        var wanted = await RequestAsync(org, March, key: "key_b", ending: "failed", model: "dear");
        await RequestAsync(org, March.AddHours(1), key: "key_a", ending: "failed", model: "dear");
        await RequestAsync(org, March.AddHours(2), key: "key_b", ending: "complete", model: "unit");

        Assert.Equal(2, await CountAsync(new(10, null) { Key = "key_b" }));
        Assert.Equal(2, await CountAsync(new(10, null) { Model = "dear" }));
        Assert.Equal(2, await CountAsync(new(10, null) { Ending = "failed" }));
        Assert.Equal(0, await CountAsync(new(10, null) { Key = "' OR 1 = 1 --" }));
        var line = Assert.Single((await Statements.RequestsAsync(
            org, new(10, null) { Key = "key_b", Ending = "failed" }, Token)).Lines);
        Assert.Equal((wanted, March, "dear", new Usage(7, 0, 2, 0), NanoUsd.Zero),
            (line.Id, line.Started, line.ModelServed, line.Usage, line.Charge));

        async Task<int> CountAsync(RequestQuery query) =>
            (await Statements.RequestsAsync(org, query, Token)).Lines.Count;
    }

    [Fact]
    public async Task Who_never_asked_has_no_requests() =>
        Assert.Equal(
            (0, null),
            await Statements.RequestsAsync(OrgId.Create(TimeProvider.System), new(50, null), Token)
                is var page ? (page.Lines.Count, page.Next) : default);

    private async Task<RequestId> RequestAsync(
        OrgId org, DateTimeOffset at, string key = "key_a", string ending = "complete", string model = "unit")
    {
        var id = new RequestId(Guid.CreateVersion7(at));
        await RunAsync(
            """
            INSERT INTO usage_record (day, request_id, incarnation, org, key_id, endpoint, model_asked, model_served,
                strategy, started, ended, ending, settlement, finish_reason, input, cached, output, reasoning,
                estimated, hold, charge, attempts, request_commit, response_commit)
            VALUES (@day, @id, 'i', @org, @key, 'chat.completions', 'auto', @model, 'best', @at, @at, @ending,
                'settled', 'stop', 7, 0, 2, 0, 0, 0, 0, '[]', @none, @none)
            """,
            ("day", at.ToUnixTimeMilliseconds() / 86_400_000), ("id", id.ToString()), ("org", org.ToString()),
            ("key", key), ("model", model), ("at", at.ToUnixTimeMilliseconds()), ("ending", ending),
            ("none", Array.Empty<byte>()));
        await RunAsync(
            """
            INSERT INTO usage_roll (org, project, key_id, end_user, model, hour, requests, input, cached, output,
                reasoning, images, audio_ms, characters, charge)
            VALUES (@org, '', @key, '', @model, @hour, 1, 7, 0, 2, 0, 0, 0, 0, 0)
            ON CONFLICT (org, project, key_id, end_user, model, kind, hour)
            DO UPDATE SET requests = usage_roll.requests + 1
            """,
            ("org", org.ToString()), ("key", key), ("model", model), ("hour", at.ToUnixTimeSeconds() / 3600));
        return id;
    }
}
