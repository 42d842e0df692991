using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Gateway.Api.Content;
using Gateway.Api.Tests.Organization;
using Gateway.Api.Tests.Telemetry;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using static Gateway.Api.Tests.Batches.BatchGateway;

namespace Gateway.Api.Tests.Batches;

/// <summary>/v1/batches by HTTP.</summary>
public sealed class BatchTests(BatchGateway fixture) : IClassFixture<BatchGateway>
{
    private HttpClient Client => fixture.Gateway.Client;

    [Fact]
    public async Task A_batch_is_run_at_half_the_price_and_its_results_stand_in_two_files()
    {
        var before = await UsageAsync(Client);
        var made = await CreateAsync(Client, [Line("one", "x"), Line("two", "once"), "", Line("three", "bad")]);
        Assert.Equal(("batch", "validating", "24h", "test"), (
            (string)made["object"]!, (string)made["status"]!, (string)made["completion_window"]!,
            (string)made["metadata"]!["purpose"]!));
        Assert.Equal(86_400, (long)made["expires_at"]! - (long)made["created_at"]!);

        var ended = await EndedAsync(Client, made);
        Assert.Equal("completed", (string?)ended["status"]);
        Assert.Equal("""{"total":3,"completed":2,"failed":1}""", ended["request_counts"]!.ToJsonString());
        Assert.True((long)ended["completed_at"]! >= (long)ended["in_progress_at"]!);
        Assert.Null(made["usage"]);
        Assert.Equal((2L, 6L, 8L, 2 * HalfOfOne), (
            (long)ended["usage"]!["input_tokens"]!, (long)ended["usage"]!["output_tokens"]!,
            (long)ended["usage"]!["total_tokens"]!, (long)ended["usage"]!["cost_nusd"]!));
        var output = await ResultsAsync(Client, ended, "output_file_id");
        Assert.Equal(["one", "two"], output.Keys);
        foreach (var line in output.Values)
        {
            Assert.Null(line["error"]);
            Assert.Equal(200, (int)line["response"]!["status_code"]!);
            var body = line["response"]!["body"]!;
            Assert.StartsWith("answer to ", (string?)body["choices"]![0]!["message"]!["content"],
                StringComparison.Ordinal);
            Assert.Equal(HalfOfOne, (long)body["usage"]!["cost_nusd"]!);
            var receipt = await fixture.Gateway.GetAsync(
                $"v1/receipts/{line["response"]!["request_id"]}", BatchGateway.Token);
            Assert.Equal(
                (HalfOfOne, 5_000_000L),
                ((long)receipt["charge_nusd"]!, (long)receipt["lines"]![0]!["prices"]!["output_pusd"]!));
        }

        var errors = await ResultsAsync(Client, ended, "error_file_id");
        Assert.Equal("three", Assert.Single(errors).Key);
        Assert.True((int)errors["three"]["response"]!["status_code"]! >= 400);
        Assert.Equal(2 * HalfOfOne, await UsageAsync(Client) - before);
        Assert.Equal(2, fixture.CallsWith("once"));
    }

    [Fact]
    public async Task Lines_are_counted_like_requests()
    {
        var before = await ChargedAsync();

        await EndedAsync(Client, await CreateAsync(Client, [Line("counted", "x")]));

        Assert.Equal(HalfOfOne, await ChargedAsync() - before);
    }

    [Fact]
    public async Task A_file_that_is_no_batch_fails_whole_with_every_wrong_line_named()
    {
        var ended = await EndedAsync(Client, await CreateAsync(Client,
        [
            Line("a", "x"), Line("a", "never-run"), "{", Line("c", "x", "/v1/embeddings"), """{"custom_id":"d"}""",
            Line("e", "x").Replace("\"body\":{", "\"body\":{\"stream\":true,", StringComparison.Ordinal),
            Line("f", "x").Replace("POST", "GET", StringComparison.Ordinal),
        ]));

        Assert.Equal("failed", (string?)ended["status"]);
        Assert.Equal(
            [
                (2, "duplicate_custom_id", "custom_id"), (3, "invalid_json", null), (4, "invalid_value", "url"),
                (5, "missing_required_parameter", "body"), (6, "unsupported_value", "body.stream"),
                (7, "invalid_value", "method"),
            ],
            ended["errors"]!["data"]!.AsArray().Select(error => (
                (int)error!["line"]!, (string)error["code"]!, (string?)error["param"])));
        Assert.Equal(0, fixture.CallsWith("never-run"));
        Assert.Null(ended["output_file_id"]);
    }

    [Fact]
    public async Task A_cancelled_batch_keeps_what_is_done_and_runs_nothing_more()
    {
        fixture.Release = new(TaskCreationOptions.RunContinuationsAsynchronously);
        var made = await CreateAsync(Client,
            [Line("done", "y"), .. Enumerable.Range(0, 20).Select(i => Line($"w{i}", "wait"))]);
        await UntilAsync(Client, made, now => (int)now["request_counts"]!["completed"]! == 1);
        using var busy = await Client.DeleteAsync(
            new Uri($"v1/files/{made["input_file_id"]}", UriKind.Relative), BatchGateway.Token);
        Assert.Equal(HttpStatusCode.Conflict, busy.StatusCode);

        using var cancelled = await CancelAsync(Client, made);
        Assert.Equal("cancelling", (string?)(await ReadAsync(cancelled))["status"]);
        await UntilAsync(Client, made, now => (string?)now["status"] == "cancelling");
        fixture.Release.SetResult();
        var ended = await EndedAsync(Client, made);

        Assert.Equal("cancelled", (string?)ended["status"]);
        var (output, errors) = (
            await ResultsAsync(Client, ended, "output_file_id"), await ResultsAsync(Client, ended, "error_file_id"));
        Assert.Contains("done", output.Keys);
        Assert.Equal(21, output.Count + errors.Count);
        Assert.True(errors.Count >= 10);
        Assert.All(errors.Values, line => Assert.Equal("batch_cancelled", (string?)line["error"]!["code"]));
        using var again = await CancelAsync(Client, made);
        Assert.Equal(HttpStatusCode.Conflict, again.StatusCode);
    }

    [Fact]
    public async Task A_batch_that_is_cancelled_as_soon_as_it_is_made_ends()
    {
        for (var attempt = 0; attempt < 5; attempt++)
        {
            fixture.Release = new(TaskCreationOptions.RunContinuationsAsynchronously);
            var made = await CreateAsync(Client, Enumerable.Range(0, 20).Select(i => Line($"w{i}", "wait")));
            using var cancelled = await CancelAsync(Client, made);
            fixture.Release.SetResult();

            Assert.Equal("cancelled", (string?)(await EndedAsync(Client, made))["status"]);
        }
    }

    [Fact]
    public async Task A_revoked_key_ends_its_batch()
    {
        using var admin = Admin.OfDemo(fixture.Gateway);
        var (path, key) = await admin.CreateKeyAsync("""{"name":"soon gone"}""");
        using var client = fixture.Gateway.CreateClient(key);
        fixture.Release = new(TaskCreationOptions.RunContinuationsAsynchronously);
        var made = await CreateAsync(client, Enumerable.Range(0, 20).Select(i => Line($"w{i}", "wait")));
        await UntilAsync(client, made, now => (string?)now["status"] == "in_progress");
        await admin.DeleteAsync(path);
        fixture.Release.SetResult();

        var ended = await EndedAsync(Client, made);
        Assert.Equal("failed", (string?)ended["status"]);
        Assert.Equal("key_revoked", (string?)ended["errors"]!["data"]![0]!["code"]);
        var errors = await ResultsAsync(Client, ended, "error_file_id");
        Assert.All(errors.Values, line => Assert.Equal("key_revoked", (string?)line["error"]!["code"]));
        Assert.Equal(20, errors.Count + (await ResultsAsync(Client, ended, "output_file_id")).Count);
    }

    [Fact]
    public async Task Out_of_credit_lines_fail_and_the_batch_completes()
    {
        var (admin, _, key) = await Admin.OfNewAsync(fixture.Gateway, "poor@example.org");
        using (admin)
        {
            using var client = fixture.Gateway.CreateClient(key);
            var ended = await EndedAsync(client, await CreateAsync(client, [Line("a", "x"), Line("b", "x")]));

            Assert.Equal("completed", (string?)ended["status"]);
            Assert.Equal("""{"total":2,"completed":0,"failed":2}""", ended["request_counts"]!.ToJsonString());
            var errors = await ResultsAsync(client, ended, "error_file_id");
            Assert.All(errors.Values, line => Assert.Equal(
                (402, "insufficient_quota"),
                ((int)line["response"]!["status_code"]!, (string)line["response"]!["body"]!["error"]!["code"]!)));
        }
    }

    [Fact]
    public async Task Lines_take_nothing_of_the_rate_limits_of_those_who_wait()
    {
        using var admin = Admin.OfDemo(fixture.Gateway);
        var (_, key) = await admin.CreateKeyAsync("""{"name":"slow","rpm":1,"max_concurrent_requests":1}""");
        using var client = fixture.Gateway.CreateClient(key);
        var ended = await EndedAsync(
            client, await CreateAsync(client, Enumerable.Range(0, 6).Select(i => Line($"{i}", "x"))));

        Assert.Equal(6, (int)ended["request_counts"]!["completed"]!);
        using var chat = await client.PostAsJsonAsync(
            new Uri("v1/chat/completions", UriKind.Relative),
            JsonNode.Parse(Line("x", "x"))!["body"], BatchGateway.Token);
        Assert.Equal(HttpStatusCode.OK, chat.StatusCode);
    }

    [Fact]
    public async Task A_batch_whose_time_is_over_expires_with_what_it_has()
    {
        fixture.Release = new(TaskCreationOptions.RunContinuationsAsynchronously);
        var made = await CreateAsync(Client, Enumerable.Range(0, 20).Select(i => Line($"w{i}", "wait")));
        await UntilAsync(Client, made, now => (string?)now["status"] == "in_progress");
        await using var db = await fixture.Gateway.Services.GetRequiredService<IDbContextFactory<ContentDb>>()
            .CreateDbContextAsync(BatchGateway.Token);
        var id = Guid.ParseExact(((string)made["id"]!)["batch_".Length..], "N");
        await db.Batches.Where(row => row.Id == id)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.ExpiresAt, 1L), BatchGateway.Token);
        fixture.Release.SetResult();

        var ended = await EndedAsync(Client, made);
        Assert.Equal("expired", (string?)ended["status"]);
        Assert.NotNull(ended["expired_at"]);
    }

    [Fact]
    public async Task What_cannot_be_a_batch_is_refused_at_once_and_foreign_ones_are_not_there()
    {
        var file = await UploadAsync(Client, [Line("a", "x")]);
        foreach (var (input, endpoint, status, param) in new[]
        {
            (file, "/v1/files", 400, "endpoint"), (file, "/v1/route", 400, "endpoint"),
            ("file-x", "/v1/chat/completions", 404, "input_file_id"),
        })
        {
            using var refused = await TryCreateAsync(Client, input, endpoint);
            Assert.Equal((status, param), (
                (int)refused.StatusCode, (string)(await ReadAsync(refused))["error"]!["param"]!));
        }

        var made = await CreateAsync(Client, [Line("a", "x")]);
        var (admin, _, key) = await Admin.OfNewAsync(fixture.Gateway, "stranger@example.org");
        using (admin)
        {
            using var stranger = fixture.Gateway.CreateClient(key);
            using var answer = await stranger.GetAsync(
                new Uri($"v1/batches/{made["id"]}", UriKind.Relative), BatchGateway.Token);
            using var cancel = await CancelAsync(stranger, made);
            using var foreign = await TryCreateAsync(stranger, file, "/v1/chat/completions");
            Assert.All([answer, cancel, foreign], one => Assert.Equal(HttpStatusCode.NotFound, one.StatusCode));
        }

        await EndedAsync(Client, made);
        var list = await fixture.Gateway.GetAsync("v1/batches?limit=1", BatchGateway.Token);
        Assert.Single(list["data"]!.AsArray());
    }

    private static Task<HttpResponseMessage> CancelAsync(HttpClient client, JsonNode batch) => client.PostAsync(
        new Uri($"v1/batches/{batch["id"]}/cancel", UriKind.Relative), null, BatchGateway.Token);

    private static async Task<JsonNode> ReadAsync(HttpResponseMessage answer) =>
        JsonNode.Parse(await answer.Content.ReadAsStringAsync(BatchGateway.Token))!;

    private async Task<long> UsageAsync(HttpClient client) =>
        (long)(await client.GetFromJsonAsync<JsonNode>(
            new Uri("v1/credits", UriKind.Relative), BatchGateway.Token))!["data"]!["total_usage_nusd"]!;

    private async Task<long> ChargedAsync() => (long)PrometheusParser.Parse(await Client.GetStringAsync(
        new Uri("/metrics", UriKind.Relative), BatchGateway.Token)).Sum("gateway_charge_nusd_total");
}
