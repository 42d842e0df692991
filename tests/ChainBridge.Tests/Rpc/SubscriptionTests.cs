using System.Text.Json;
using Gateway.ChainBridge.Rpc;

namespace Gateway.ChainBridge.Tests.Rpc;

public sealed class SubscriptionTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Notices_arrive_in_order_from_the_first_on()
    {
        await using var node = await ScriptedNode.StartAsync();
        node.On("subscribe", async call =>
        {
            await call.AnswerAsync("\"s1\"");
            for (var i = 0; i < 50; i++)
            {
                await call.NoticeAsync("s1", $"{i}");
            }
        });
        await using var running = new RunningEndpoint(node);

        var subscription = await SubscribeAsync(running);

        Assert.Equal(Enumerable.Range(0, 50), await TakeAsync(subscription, 50));
    }

    [Fact]
    public async Task A_subscription_is_made_again_on_the_next_connection()
    {
        await using var node = await ScriptedNode.StartAsync();
        var made = 0;
        node.On("subscribe", async call =>
        {
            await call.AnswerAsync($"{++made}");
            await call.NoticeAsync($"{made}", $"{made}");
        });
        node.On("cut", call => call.CutAsync());
        await using var running = new RunningEndpoint(node);
        var subscription = await SubscribeAsync(running);
        Assert.Equal([1], await TakeAsync(subscription, 1));

        _ = await Assert.ThrowsAsync<RpcException>(
            () => running.Endpoint.CallAsync("cut", null, ReadNumber, Token));

        Assert.Equal([2], await TakeAsync(subscription, 1));
    }

    [Fact]
    public async Task Following_a_transaction_ends_with_its_connection_and_never_sends_again()
    {
        await using var node = await ScriptedNode.StartAsync();
        var sent = 0;
        node.On("author_submitAndWatchExtrinsic", async call =>
        {
            sent++;
            await call.AnswerAsync("\"w\"");
            await call.NoticeAsync("w", "\"ready\"");
            await call.NoticeAsync("w", """{"broadcast":["peer"]}""");
            await call.NoticeAsync("w", $$"""{"inBlock":"{{ScriptedNode.Genesis}}"}""");
        });
        node.On("cut", call => call.CutAsync());
        node.Answer("echo", _ => "7");
        await using var running = new RunningEndpoint(node);

        var watch = await running.Node.SubmitAndWatchAsync(new byte[] { 1 }, Token);
        var statuses = await watch.Notices.ReadAllAsync(Token).Take(3).ToListAsync(Token);
        _ = await Assert.ThrowsAsync<RpcException>(
            () => running.Endpoint.CallAsync("cut", null, ReadNumber, Token));
        Assert.Empty(await watch.Notices.ReadAllAsync(Token).ToListAsync(Token));
        Assert.Equal(7, await running.Endpoint.CallAsync("echo", null, ReadNumber, Token));

        Assert.Equal(
            [PoolStatusKind.Ready, PoolStatusKind.Broadcast, PoolStatusKind.InBlock],
            statuses.Select(status => status.Kind));
        Assert.Equal(ScriptedNode.Genesis, statuses[2].Block.ToString());
        Assert.Equal(1, sent);
    }

    [Fact]
    public async Task A_slow_reader_loses_the_oldest_notices_and_nothing_else()
    {
        await using var node = await ScriptedNode.StartAsync();
        node.On("subscribe", async call =>
        {
            await call.AnswerAsync("\"s\"");
            for (var i = 0; i < 100; i++)
            {
                await call.NoticeAsync("s", $"{i}");
            }
        });
        node.Answer("echo", _ => "7");
        await using var running = new RunningEndpoint(
            node, RunningEndpoint.Patient with { SubscriptionQueue = 10 });

        var subscription = await SubscribeAsync(running);

        // Answered after the last notice.
        Assert.Equal(7, await running.Endpoint.CallAsync("echo", null, ReadNumber, Token));
        Assert.Equal(Enumerable.Range(90, 10), await TakeAsync(subscription, 10));
    }

    [Fact]
    public async Task An_ended_subscription_hears_nothing_and_the_node_is_told()
    {
        await using var node = await ScriptedNode.StartAsync();
        node.Answer("subscribe", _ => "\"s\"");
        var told = "";
        node.Answer("unsubscribe", parameters =>
        {
            told = parameters[0].GetString();
            return "true";
        });
        await using var running = new RunningEndpoint(node);
        var subscription = await SubscribeAsync(running);

        await running.Endpoint.UnsubscribeAsync(subscription, "unsubscribe", Token);

        Assert.Equal("s", told);
        Assert.Empty(await subscription.Notices.ReadAllAsync(Token).ToListAsync(Token));
    }

    [Fact]
    public async Task A_notice_of_another_form_is_passed_over()
    {
        await using var node = await ScriptedNode.StartAsync();
        node.On("subscribe", async call =>
        {
            await call.AnswerAsync("\"s\"");
            await call.NoticeAsync("s", "\"seven\"");
            await call.NoticeAsync("t", "8");
            await call.NoticeAsync("s", "7");
        });
        await using var running = new RunningEndpoint(node);

        Assert.Equal([7], await TakeAsync(await SubscribeAsync(running), 1));
        Assert.Equal(1, node.Connections);
    }

    private static Task<RpcSubscription<int>> SubscribeAsync(RunningEndpoint running) =>
        running.Endpoint.SubscribeAsync("subscribe", null, ReadNumber, Token);

    private static async Task<List<int>> TakeAsync(RpcSubscription<int> subscription, int count) =>
        await subscription.Notices.ReadAllAsync(Token).Take(count).ToListAsync(Token);

    private static int ReadNumber(ref Utf8JsonReader reader) => reader.GetInt32();
}
