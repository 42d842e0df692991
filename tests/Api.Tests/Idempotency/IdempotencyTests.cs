using System.Text;
using System.Text.Json.Nodes;
using Gateway.Api.Access;
using Gateway.Core;
using Microsoft.Extensions.DependencyInjection;

namespace Gateway.Api.Tests.Idempotency;

public sealed class IdempotencyTests(IdempotencyGateway fixture) : IClassFixture<IdempotencyGateway>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_repeated_request_gets_the_same_bytes_and_is_charged_once()
    {
        var before = await fixture.UsageAsync(Token);
        var body = IdempotencyGateway.Body("again");
        var first = await fixture.PostAsync("again", body, ct: Token);
        var second = await fixture.PostAsync("again", body, ct: Token);

        Assert.Equal((200, 200), (first.Status, second.Status));
        Assert.Contains("to again", first.Text, StringComparison.Ordinal);
        Assert.Equal(first.Body, second.Body);
        foreach (var same in (string[])["x-gateway-receipt", "x-gateway-expert", "x-gateway-cost", "x-receipt-salt",
            "content-type", "content-length"])
        {
            Assert.Equal(first.Headers[same], second.Headers[same]);
        }

        Assert.NotEqual(first.Headers["x-request-id"], second.Headers["x-request-id"]);
        Assert.Equal(first.Headers["x-request-id"], second.Receipt);
        Assert.False(first.Headers.ContainsKey("Idempotent-Replayed"));
        Assert.Equal("true", second.Headers["Idempotent-Replayed"]);
        Assert.Equal(1, fixture.CallsWith("again"));
        Assert.Equal(IdempotencyGateway.ChargeOfOne, await fixture.UsageAsync(Token) - before);
        await AssertNothingHeldAsync();
    }

    [Fact]
    public async Task Attack_20_One_key_fifty_times_at_once_is_one_charge()
    {
        var before = await fixture.UsageAsync(Token);
        fixture.Release = new();
        var body = IdempotencyGateway.Body("wait for fifty");
        var posts = Enumerable.Range(0, 50).Select(_ => fixture.PostAsync("fifty", body, ct: Token)).ToArray();
        while (posts.Count(post => post.IsCompleted) < 49)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, Token);
        }

        fixture.Release.SetResult();
        var replies = await Task.WhenAll(posts);

        var first = Assert.Single(replies, reply => reply.Status == 200);
        Assert.All(replies.Where(reply => reply != first), reply =>
        {
            Assert.Equal((409, "idempotency_in_progress", "conflict_error"),
                (reply.Status, reply.Code, (string)reply.Error["type"]!));
            Assert.InRange(int.Parse(reply.Headers["retry-after-ms"], null), 1, 60_000);
        });
        Assert.Equal(first.Body, (await fixture.PostAsync("fifty", body, ct: Token)).Body);
        Assert.Equal(1, fixture.CallsWith("wait for fifty"));
        Assert.Equal(IdempotencyGateway.ChargeOfOne, await fixture.UsageAsync(Token) - before);
    }

    [Fact]
    public async Task Attack_20_Another_body_under_the_key_is_refused()
    {
        await fixture.PostAsync("other body", IdempotencyGateway.Body("one"), ct: Token);
        var other = await fixture.PostAsync("other body", IdempotencyGateway.Body("two"), ct: Token);

        Assert.Equal((422, "idempotency_key_reused", "invalid_request_error"),
            (other.Status, other.Code, (string)other.Error["type"]!));
        Assert.Equal(0, fixture.CallsWith("two"));
    }

    [Fact]
    public async Task Attack_20_Other_keys_and_organisations_are_isolated()
    {
        var access = fixture.Gateway.Services.GetRequiredService<AccessStore>();
        Assert.True(OrgId.TryParse((string)fixture.Gateway.DevNet["organization"]!, out var org));
        var stranger = await access.CreateOrganizationAsync("Stranger", "stranger@example.org");
        using var sibling = fixture.Gateway.CreateClient(await access.CreateKeyAsync(org, KeyKind.Api, "sibling"));
        using var other = fixture.Gateway.CreateClient(await access.CreateKeyAsync(stranger, KeyKind.Api, "stranger"));
        var body = IdempotencyGateway.Body("isolated");

        var first = await fixture.PostAsync("isolated", body, ct: Token);
        var second = await fixture.PostAsync("isolated", body, sibling, Token);
        var third = await fixture.PostAsync("isolated", body, other, Token);

        Assert.Equal((200, 200, 402), (first.Status, second.Status, third.Status));
        Assert.NotEqual(first.Text, second.Text);
        Assert.False(second.Headers.ContainsKey("Idempotent-Replayed"));
        Assert.Equal(2, fixture.CallsWith("isolated"));
    }

    [Theory]
    [InlineData("streamed", true)]
    [InlineData("long", false)]
    public async Task A_stream_or_a_long_answer_is_not_given_again_but_its_receipt_is_named(string content, bool stream)
    {
        var before = await fixture.UsageAsync(Token);
        var body = IdempotencyGateway.Body(content, stream);
        var first = await fixture.PostAsync(content, body, ct: Token);
        var second = await fixture.PostAsync(content, body, ct: Token);

        Assert.Equal(200, first.Status);
        Assert.Contains(stream ? "[DONE]" : "xxx\"", first.Text, StringComparison.Ordinal);
        Assert.Equal((422, "idempotency_not_replayable"), (second.Status, second.Code));
        Assert.Equal(first.Receipt, (string)second.Error["details"]!["receipt"]!);
        var receipt = await fixture.Gateway.GetAsync($"v1/receipts/{first.Receipt}", Token);
        Assert.Equal(IdempotencyGateway.ChargeOfOne, (long)receipt["charge_nusd"]!);
        Assert.Equal(1, fixture.CallsWith(content));
        Assert.Equal(IdempotencyGateway.ChargeOfOne, await fixture.UsageAsync(Token) - before);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_request_that_failed_and_cost_nothing_runs_again(bool stream)
    {
        var (key, body) = ($"fail {stream}", IdempotencyGateway.Body($"fail {stream}", stream));
        fixture.Fails = true;
        var failed = await fixture.PostAsync(key, body, ct: Token);
        fixture.Fails = false;
        var second = await fixture.PostAsync(key, body, ct: Token);

        Assert.True(failed.Status >= 500, failed.Text);
        Assert.Equal(200, second.Status);
        Assert.False(second.Headers.ContainsKey("Idempotent-Replayed"));
    }

    [Fact]
    public async Task A_request_refused_at_the_edge_leaves_its_key_free()
    {
        var refused = await fixture.PostAsync("refused", "{}", ct: Token);
        var good = await fixture.PostAsync("refused", IdempotencyGateway.Body("good"), ct: Token);

        Assert.Equal((400, 200), (refused.Status, good.Status));
    }

    [Fact]
    public async Task A_caller_who_hangs_up_before_the_answer_asks_again()
    {
        fixture.Release = new();
        var body = IdempotencyGateway.Body("wait for me");
        using var leave = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var left = fixture.PostAsync("wait", body, ct: leave.Token);
        while (fixture.CallsWith("wait for me") == 0)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, Token);
        }

        await leave.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => left);
        await fixture.Miner.Calls.First(call => IdempotencyGateway.Content(call) == "wait for me").Aborted;
        fixture.Release.SetResult();
        var again = await fixture.PostAsync("wait", body, ct: Token);
        while (again.Status == 409)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, Token);
            again = await fixture.PostAsync("wait", body, ct: Token);
        }

        Assert.Equal(200, again.Status);
        Assert.Equal(2, fixture.CallsWith("wait for me"));
    }

    [Fact]
    public async Task A_caller_who_leaves_a_stream_pays_for_it_once_and_is_told_where()
    {
        fixture.Release = new();
        var body = IdempotencyGateway.Body("pause", stream: true);
        string receipt;
        using (var request = IdempotencyGateway.Request("pause", body))
        using (var answer = await fixture.Gateway.Client.SendAsync(
            request, HttpCompletionOption.ResponseHeadersRead, Token))
        {
            receipt = answer.Headers.GetValues("x-gateway-receipt").Single();
            var read = await answer.Content.ReadAsStreamAsync(Token);
            Assert.True(await read.ReadAsync(new byte[1], Token) > 0);
        }

        var again = await fixture.PostAsync("pause", body, ct: Token);
        while (again.Status == 409)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, Token);
            again = await fixture.PostAsync("pause", body, ct: Token);
        }

        Assert.Equal((422, "idempotency_not_replayable"), (again.Status, again.Code));
        Assert.Equal(receipt, (string)again.Error["details"]!["receipt"]!);
        var paid = await fixture.Gateway.GetAsync($"v1/receipts/{receipt}", Token);
        Assert.Equal(("client_gone", 30_000L), ((string)paid["outcome"]!, (long)paid["charge_nusd"]!));
        Assert.Equal(1, fixture.CallsWith("pause"));
    }

    [Fact]
    public async Task A_key_that_cannot_be_kept_is_refused_and_named()
    {
        string[] keys = ["", new('k', 256), "a\tb", "a\u007fb", "schlüssel"];
        foreach (var headers in keys.Select(key => $"Idempotency-Key: {key}\r\n")
            .Append("Idempotency-Key: a\r\nIdempotency-Key: a\r\n"))
        {
            var answer = await RawHttp.SendAsync(
                fixture.Gateway, headers, IdempotencyGateway.Body("bad key"), Token);
            Assert.StartsWith("HTTP/1.1 400", answer, StringComparison.Ordinal);
            var error = JsonNode.Parse(Json(answer))!["error"]!;
            Assert.Equal(("invalid_value", "Idempotency-Key"), ((string)error["code"]!, (string)error["param"]!));
        }

        Assert.Equal(0, fixture.CallsWith("bad key"));
    }

    [Fact]
    public async Task A_key_of_255_characters_is_kept()
    {
        var (key, body) = (new string('~', 255), IdempotencyGateway.Body("great key"));
        await fixture.PostAsync(key, body, ct: Token);
        Assert.Equal("true", (await fixture.PostAsync(key, body, ct: Token)).Headers["Idempotent-Replayed"]);
    }

    [Fact]
    public async Task On_GET_the_header_is_ignored()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri("v1/models", UriKind.Relative));
        request.Headers.TryAddWithoutValidation("Idempotency-Key", new string('k', 300));
        using var answer = await fixture.Gateway.Client.SendAsync(request, Token);

        Assert.True(answer.IsSuccessStatusCode);
    }

    [Fact]
    public async Task Neither_answer_nor_key_nor_secret_stands_in_the_books()
    {
        const string Key = "raw-key-0d6f1b";
        var reply = await fixture.PostAsync(Key, IdempotencyGateway.Body("canary-77aa"), ct: Token);
        Assert.Contains("to canary-77aa", reply.Text, StringComparison.Ordinal);

        var secret = Path.Combine(fixture.Gateway.DataDirectory, "keys", "idempotency-secret");
        var hex = await File.ReadAllTextAsync(secret, Token);
        Assert.Equal(32, Convert.FromHexString(hex.Trim()).Length);
        Assert.True(OperatingSystem.IsWindows()
            || File.GetUnixFileMode(secret) == (UnixFileMode.UserRead | UnixFileMode.UserWrite));
        var books = new StringBuilder();
        foreach (var file in Directory.EnumerateFiles(fixture.Gateway.DataDirectory, "billing.db*"))
        {
            await using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            using var reader = new StreamReader(stream, Encoding.Latin1);
            books.Append(await reader.ReadToEndAsync(Token));
        }

        var text = books.ToString();
        Assert.Contains(reply.Receipt, text, StringComparison.Ordinal);
        foreach (var hidden in (string[])["canary-77aa", Key, reply.Headers["x-receipt-salt"],
            Encoding.Latin1.GetString(Convert.FromHexString(hex.Trim()))])
        {
            Assert.DoesNotContain(hidden, text, StringComparison.Ordinal);
        }
    }

    private static string Json(string answer)
    {
        var from = answer.IndexOf('{', StringComparison.Ordinal);
        return answer[from..(answer.LastIndexOf('}') + 1)];
    }

    private async Task AssertNothingHeldAsync() =>
        Assert.Equal(0, (long)(await fixture.Gateway.GetAsync("v1/credits", Token))["data"]!["held_nusd"]!);
}
