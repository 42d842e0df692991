using System.Text.Json;
using Gateway.ChainBridge.Blocks;
using Gateway.ChainBridge.Rpc;
using Microsoft.Extensions.Time.Testing;

namespace Gateway.ChainBridge.Tests.Rpc;

public sealed class RpcEndpointTests
{
    private static readonly Hash256 Block = Hash256.Of([1]);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Answers_out_of_order_reach_their_calls()
    {
        await using var node = await ScriptedNode.StartAsync();
        NodeCall? first = null;
        node.On("echo", async call =>
        {
            if (first is null)
            {
                first = call;
                return;
            }

            await call.AnswerAsync(call.Parameters[0].GetRawText());
            await first.AnswerAsync(first.Parameters[0].GetRawText());
        });
        await using var running = new RunningEndpoint(node);

        var one = EchoAsync(running, 1);
        await RunningEndpoint.UntilAsync(() => first is not null);

        Assert.Equal(2, await EchoAsync(running, 2));
        Assert.Equal(1, await one);
    }

    [Fact]
    public async Task Answers_to_calls_nobody_made_are_nothing()
    {
        await using var node = await ScriptedNode.StartAsync();
        node.On("echo", async call =>
        {
            await (call with { Id = call.Id + 1000 }).AnswerAsync("13");
            await call.AnswerAsync("7");
            await call.AnswerAsync("13");
        });
        await using var running = new RunningEndpoint(node);

        Assert.Equal(7, await EchoAsync(running, 0));
        Assert.Equal(7, await EchoAsync(running, 0));
        Assert.Equal(1, node.Connections);
    }

    [Theory]
    [InlineData("{{{")]
    [InlineData("[]")]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("""{"id":null,"error":{"code":-32700,"message":"Parse error"}}""")]
    [InlineData("""{"id":1,"result":1} {}""")]
    [InlineData("""{"method":"x","params":{"subscription":{},"result":1}}""")]
    [InlineData("""{"id":99,"error":[]}""")]
    public async Task Garbage_is_passed_over(string garbage)
    {
        await using var node = await ScriptedNode.StartAsync();
        node.On("echo", async call =>
        {
            await call.SendAsync(garbage);
            await call.AnswerAsync("7");
        });
        await using var running = new RunningEndpoint(node);

        Assert.Equal(7, await EchoAsync(running, 0));
        Assert.Equal(1, node.Connections);
    }

    [Fact]
    public async Task Much_garbage_ends_the_connection_and_another_is_made()
    {
        await using var node = await ScriptedNode.StartAsync();
        node.On("echo", async call =>
        {
            for (var i = 0; i <= RunningEndpoint.Patient.MaximumGarbage; i++)
            {
                await call.SendAsync("{{{");
            }
        });
        await using var running = new RunningEndpoint(node);

        Assert.Equal(RpcFault.Disconnected, await FaultAsync(() => EchoAsync(running, 0)));
        node.Answer("echo", _ => "7");
        Assert.Equal(7, await EchoAsync(running, 0));
    }

    [Fact]
    public async Task An_answer_of_another_form_fails_its_call_alone()
    {
        await using var node = await ScriptedNode.StartAsync();
        node.Answer("echo", _ => "\"seven\"");
        await using var running = new RunningEndpoint(node);

        Assert.Equal(RpcFault.Garbage, await FaultAsync(() => EchoAsync(running, 0)));
        node.Answer("echo", _ => "7");
        Assert.Equal(7, await EchoAsync(running, 0));
        Assert.Equal(1, node.Connections);
    }

    [Fact]
    public async Task A_line_cut_in_the_middle_of_a_message_fails_all_calls_and_is_replaced()
    {
        await using var node = await ScriptedNode.StartAsync();
        var heard = false;
        node.On("wait", _ =>
        {
            heard = true;
            return Task.CompletedTask;
        });
        node.On("echo", async call =>
        {
            await call.SendAsync("""{"jsonrpc":"2.0","id":""", whole: false);
            await call.CutAsync();
        });
        await using var running = new RunningEndpoint(node);
        var waiting = running.Endpoint.CallAsync("wait", null, ReadNumber, Token);
        // Else the other call may be the first on the line, and this one only on the line after it.
        await RunningEndpoint.UntilAsync(() => heard);

        Assert.Equal(RpcFault.Disconnected, await FaultAsync(() => EchoAsync(running, 0)));
        Assert.Equal(RpcFault.Disconnected, await FaultAsync(() => waiting));

        node.Answer("echo", _ => "7");
        Assert.Equal(7, await EchoAsync(running, 0));
        Assert.Equal(2, node.Connections);
    }

    [Fact]
    public async Task A_message_above_the_limit_ends_the_connection()
    {
        await using var node = await ScriptedNode.StartAsync();
        node.Answer("echo", _ => $"\"{new string('x', 100_000)}\"");
        await using var running = new RunningEndpoint(
            node, RunningEndpoint.Patient with { MaximumFrame = 64 * 1024 });

        Assert.Equal(RpcFault.Disconnected, await FaultAsync(() => EchoAsync(running, 0)));
        node.Answer("echo", _ => "7");
        Assert.Equal(7, await EchoAsync(running, 0));
    }

    [Fact]
    public async Task A_large_message_below_the_limit_is_read()
    {
        await using var node = await ScriptedNode.StartAsync();
        var bytes = new byte[3_000_000];
        new Random(5).NextBytes(bytes);
        node.Answer("state_getStorage", _ => $"\"0x{Convert.ToHexStringLower(bytes)}\"");
        await using var running = new RunningEndpoint(node);

        Assert.Equal(bytes, await running.Node.StorageAsync(new byte[] { 1 }, Block, Token));
    }

    [Fact]
    public async Task A_silent_node_costs_a_call_its_time_and_then_its_connection()
    {
        await using var node = await ScriptedNode.StartAsync();
        var heard = false;
        node.On("echo", _ =>
        {
            heard = true;
            return Task.CompletedTask;
        });
        var time = new FakeTimeProvider();
        await using var running = new RunningEndpoint(node, time: time);
        await running.ConnectedAsync();
        var call = EchoAsync(running, 0);
        await RunningEndpoint.UntilAsync(() => heard);

        time.Advance(RunningEndpoint.Patient.CallTimeout);

        Assert.Equal(RpcFault.TimedOut, await FaultAsync(() => call));
        await RunningEndpoint.UntilAsync(() =>
        {
            time.Advance(RunningEndpoint.Patient.LongestPause);
            return node.Connections == 2;
        });
    }

    [Fact]
    public async Task A_slow_call_beside_quick_ones_keeps_the_connection()
    {
        await using var node = await ScriptedNode.StartAsync();
        node.On("wait", _ => Task.CompletedTask);
        node.Answer("echo", _ => "7");
        var time = new FakeTimeProvider();
        await using var running = new RunningEndpoint(node, time: time);
        await running.ConnectedAsync();
        var waiting = running.Endpoint.CallAsync("wait", null, ReadNumber, Token);
        Assert.Equal(7, await EchoAsync(running, 0));

        time.Advance(RunningEndpoint.Patient.CallTimeout);

        Assert.Equal(RpcFault.TimedOut, await FaultAsync(() => waiting));
        Assert.Equal(7, await EchoAsync(running, 0));
        Assert.Equal(1, node.Connections);
    }

    [Fact]
    public async Task A_cancelled_call_leaves_the_connection_to_the_others()
    {
        await using var node = await ScriptedNode.StartAsync();
        node.On("wait", _ => Task.CompletedTask);
        node.Answer("echo", _ => "7");
        await using var running = new RunningEndpoint(node);
        using var giveUp = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var waiting = running.Endpoint.CallAsync("wait", null, ReadNumber, giveUp.Token);
        Assert.Equal(7, await EchoAsync(running, 0));

        await giveUp.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        Assert.Equal(7, await EchoAsync(running, 0));
        Assert.Equal(1, node.Connections);
    }

    [Fact]
    public async Task Above_its_limit_of_open_calls_a_connection_sends_no_more()
    {
        await using var node = await ScriptedNode.StartAsync();
        NodeCall? held = null;
        node.On("wait", call =>
        {
            held = call;
            return Task.CompletedTask;
        });
        node.Answer("echo", _ => "7");
        await using var running = new RunningEndpoint(
            node, RunningEndpoint.Patient with { MaximumOpenCalls = 1 });
        var waiting = running.Endpoint.CallAsync("wait", null, ReadNumber, Token);
        await RunningEndpoint.UntilAsync(() => held is not null);

        Assert.Equal(RpcFault.Busy, await FaultAsync(() => EchoAsync(running, 0)));

        await held!.AnswerAsync("5");
        Assert.Equal(5, await waiting);
        Assert.Equal(7, await EchoAsync(running, 0));
    }

    [Fact]
    public async Task Another_chain_is_refused()
    {
        await using var node = await ScriptedNode.StartAsync();
        await using var running = new RunningEndpoint(
            node, expected: new ExpectedChain(Hash256.Of([9]), null));
        await running.RefusedAsync();

        Assert.Equal(RpcFault.WrongChain, await FaultAsync(() => EchoAsync(running, 0)));
        Assert.Contains(ScriptedNode.Genesis, running.Endpoint.Refusal, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_runtime_name_is_refused()
    {
        await using var node = await ScriptedNode.StartAsync();
        await using var running = new RunningEndpoint(
            node, expected: new ExpectedChain(null, "statemine"));
        await running.RefusedAsync();
        Assert.Equal(RpcFault.WrongChain, await FaultAsync(() => EchoAsync(running, 0)));
    }

    [Fact]
    public async Task A_chain_once_seen_is_held_to_on_the_next_connection()
    {
        await using var node = await ScriptedNode.StartAsync();
        node.On("cut", call => call.CutAsync());
        await using var running = new RunningEndpoint(node);
        Assert.Equal(ScriptedNode.Genesis, (await running.Endpoint.IdentityAsync(Token)).Genesis.ToString());

        node.Answer("chain_getBlockHash", _ => $"\"{Block}\"");
        _ = await FaultAsync(() => running.Endpoint.CallAsync("cut", null, ReadNumber, Token));
        await running.RefusedAsync();

        Assert.Equal(RpcFault.WrongChain, await FaultAsync(() => EchoAsync(running, 0)));

        // The node comes to its senses.
        node.Answer("chain_getBlockHash", _ => $"\"{ScriptedNode.Genesis}\"");
        node.Answer("echo", _ => "7");
        await running.ConnectedAsync();
        Assert.Equal(7, await EchoAsync(running, 0));
        Assert.Null(running.Endpoint.Refusal);
    }

    [Theory]
    [InlineData(RpcErrorCode.InvalidTransaction)]
    [InlineData(RpcErrorCode.StateUnavailable)]
    [InlineData(RpcErrorCode.MethodNotFound)]
    public async Task Errors_of_the_node_carry_their_code(int code)
    {
        await using var node = await ScriptedNode.StartAsync();
        node.Refuse("echo", code, "any text");
        await using var running = new RunningEndpoint(node);

        var failure = await Assert.ThrowsAsync<RpcException>(() => EchoAsync(running, 0));

        Assert.Equal((RpcFault.Refused, code), (failure.Fault, failure.Code));
    }

    [Fact]
    public async Task Nobody_listening_is_a_failed_call_in_time()
    {
        var node = await ScriptedNode.StartAsync();
        await node.DisposeAsync();
        await using var running = new RunningEndpoint(
            node, RunningEndpoint.Patient with { CallTimeout = TimeSpan.FromMilliseconds(50) });
        Assert.Equal(RpcFault.Disconnected, await FaultAsync(() => EchoAsync(running, 0)));
    }

    [Fact]
    public void Pauses_double_up_to_the_longest_and_differ()
    {
        var backoff = new Backoff(new RpcOptions(), new Random(1));
        double[] ceilings = [0.5, 1, 2, 4, 8, 16, 30, 30];
        foreach (var ceiling in ceilings)
        {
            Assert.InRange(backoff.Next().TotalSeconds, ceiling / 2, ceiling);
        }

        backoff.Reset();
        Assert.InRange(backoff.Next().TotalSeconds, 0.25, 0.5);
    }

    private static Task<int> EchoAsync(RunningEndpoint running, int number) => running.Endpoint.CallAsync(
        "echo", json => json.WriteNumberValue(number), ReadNumber, Token);

    private static int ReadNumber(ref Utf8JsonReader reader) => reader.GetInt32();

    private static async Task<RpcFault> FaultAsync(Func<Task> call) =>
        (await Assert.ThrowsAsync<RpcException>(call)).Fault;
}
