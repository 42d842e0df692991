using Gateway.ChainBridge.Blocks;
using Gateway.ChainBridge.Extrinsics;
using Gateway.ChainBridge.Keys;
using Gateway.ChainBridge.Rpc;
using Gateway.ChainBridge.Scale;
using Gateway.ChainBridge.Submission;
using Gateway.ChainBridge.Tests.Metadata;
using Gateway.ChainBridge.Tests.Rpc;

namespace Gateway.ChainBridge.Tests.Submission;

public sealed class TransactionFollowerTests
{
    private static readonly ScaleValue Success = EventValues.Success();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_finalized_transaction_is_found_with_its_outcome()
    {
        await using var node = await ScriptedNode.StartAsync();
        var chain = new ScriptedChain(node);
        var transaction = Sign(chain);
        chain.Add();
        chain.Add(transaction.Bytes, Success);
        chain.Finalized = 2;
        await using var running = new RunningEndpoint(node);

        var fate = Assert.IsType<TransactionFate.Included>(
            await Follower(running).SendAsync(transaction, bornAt: 0, Token));

        Assert.Equal((chain.HashOf(2), 2u, 1), (fate.Block, fate.Number, fate.Index));
        Assert.True(fate.Outcome.IsSuccess);
    }

    [Fact]
    public async Task A_failed_transaction_tells_the_error_by_name()
    {
        await using var node = await ScriptedNode.StartAsync();
        var chain = new ScriptedChain(node);
        var transaction = Sign(chain);
        chain.Add(transaction.Bytes, EventValues.Failed("Balances", "InsufficientBalance"));
        chain.Finalized = 1;
        await using var running = new RunningEndpoint(node);

        var fate = Assert.IsType<TransactionFate.Included>(
            await Follower(running).SendAsync(transaction, bornAt: 0, Token));

        Assert.Equal(
            [new DispatchFailure("System.ExtrinsicFailed", "Balances.InsufficientBalance")],
            fate.Outcome.Failures.AsEnumerable());
    }

    [Fact]
    public async Task Included_is_not_paid_before_it_is_final()
    {
        await using var node = await ScriptedNode.StartAsync();
        var chain = new ScriptedChain(node);
        var transaction = Sign(chain);
        chain.Add();
        chain.Add(transaction.Bytes, Success);
        chain.Finalized = 1;
        await using var running = new RunningEndpoint(node);
        var asked = 0;
        node.On("chain_getFinalizedHead", call =>
        {
            asked++;
            return call.AnswerAsync($"\"{chain.HashOf(chain.Finalized)}\"");
        });

        var following = Follower(running).SendAsync(transaction, bornAt: 0, Token);
        await RunningEndpoint.UntilAsync(() => asked > 3);

        Assert.False(following.IsCompleted);
        chain.Finalized = 2;
        Assert.IsType<TransactionFate.Included>(await following);
    }

    [Fact]
    public async Task What_the_pool_says_ends_nothing()
    {
        await using var node = await ScriptedNode.StartAsync();
        var chain = new ScriptedChain(node);
        var transaction = Sign(chain);
        node.On("author_submitAndWatchExtrinsic", async call =>
        {
            await call.AnswerAsync("\"w\"");
            await call.NoticeAsync("w", "\"dropped\"");
            await call.NoticeAsync("w", $$"""{"finalized":"{{Hash256.Of([66])}}"}""");
            await call.NoticeAsync("w", "\"invalid\"");
            chain.Add(transaction.Bytes, Success);
            chain.Finalized = 1;
        });
        await using var running = new RunningEndpoint(node);

        Assert.IsType<TransactionFate.Included>(await Follower(running).SendAsync(transaction, bornAt: 0, Token));
    }

    [Fact]
    public async Task A_line_cut_before_the_events_are_read_does_not_make_a_transaction_expire()
    {
        await using var node = await ScriptedNode.StartAsync();
        var chain = new ScriptedChain(node);
        var transaction = Sign(chain);
        chain.Add(transaction.Bytes, Success);
        for (var i = 0; i < Era.UsualPeriod; i++)
        {
            chain.Add();
        }

        chain.Finalized = Era.UsualPeriod;
        var cuts = 0;
        node.On("state_getStorage", call => Interlocked.Increment(ref cuts) == 1
            ? call.CutAsync()
            : call.AnswerAsync(chain.EventsJson(call.Parameters)));
        await using var running = new RunningEndpoint(node);

        var fate = await Follower(running).SendAsync(transaction, bornAt: 0, Token);

        Assert.Equal(1u, Assert.IsType<TransactionFate.Included>(fate).Number);
        Assert.Equal(2, cuts);
    }

    [Fact]
    public async Task A_transaction_in_none_of_its_blocks_has_expired()
    {
        await using var node = await ScriptedNode.StartAsync();
        var chain = new ScriptedChain(node);
        var transaction = Sign(chain);
        for (var i = 0; i < Era.UsualPeriod; i++)
        {
            chain.Add();
        }

        // Where it could no longer be valid it is not looked for.
        chain.Add(transaction.Bytes, Success);
        chain.Finalized = Era.UsualPeriod - 2;
        await using var running = new RunningEndpoint(node);
        var following = Follower(running).SendAsync(transaction, bornAt: 0, Token);
        Assert.False(following.IsCompleted);

        chain.Finalized = Era.UsualPeriod + 1;

        Assert.Equal(new TransactionFate.Expired(Era.UsualPeriod - 1), await following);
    }

    [Fact]
    public async Task A_lost_connection_is_no_reason_to_stop()
    {
        await using var node = await ScriptedNode.StartAsync();
        var chain = new ScriptedChain(node);
        var transaction = Sign(chain);
        chain.Add(transaction.Bytes, Success);
        chain.Finalized = 1;
        node.On("author_submitAndWatchExtrinsic", call => call.CutAsync());
        var cuts = 0;
        node.On("chain_getBlock", async call =>
        {
            if (cuts++ < 2)
            {
                await call.CutAsync();
                return;
            }

            node.Answer("chain_getBlock", chain.BlockJson);
            await call.AnswerAsync(chain.BlockJson(call.Parameters));
        });
        await using var running = new RunningEndpoint(node);

        Assert.IsType<TransactionFate.Included>(await Follower(running).SendAsync(transaction, bornAt: 0, Token));
        Assert.True(node.Connections > 3);
    }

    [Fact]
    public async Task A_node_that_has_it_already_is_followed()
    {
        await using var node = await ScriptedNode.StartAsync();
        var chain = new ScriptedChain(node);
        var transaction = Sign(chain);
        chain.Add(transaction.Bytes, Success);
        chain.Finalized = 1;
        node.Refuse("author_submitAndWatchExtrinsic", RpcErrorCode.AlreadyKnown, "Transaction is already imported");
        await using var running = new RunningEndpoint(node);
        Assert.IsType<TransactionFate.Included>(await Follower(running).SendAsync(transaction, bornAt: 0, Token));
    }

    [Theory]
    [InlineData(RpcErrorCode.InvalidTransaction)]
    [InlineData(RpcErrorCode.UnknownValidity)]
    [InlineData(RpcErrorCode.LowPriority)]
    public async Task A_refused_transaction_is_not_followed(int code)
    {
        await using var node = await ScriptedNode.StartAsync();
        var chain = new ScriptedChain(node);
        node.Refuse("author_submitAndWatchExtrinsic", code, "any text");
        await using var running = new RunningEndpoint(node);
        var failure = await Assert.ThrowsAsync<RpcException>(
            () => Follower(running).SendAsync(Sign(chain), bornAt: 0, Token));
        Assert.Equal(code, failure.Code);
    }

    [Fact]
    public async Task A_block_that_is_not_what_its_hash_says_is_a_contradiction()
    {
        await using var node = await ScriptedNode.StartAsync();
        var chain = new ScriptedChain(node);
        var transaction = Sign(chain);
        chain.Add(transaction.Bytes, Success);
        chain.Add();
        chain.Finalized = 2;
        var hash = chain.HashOf(1);
        node.Answer("chain_getBlockHash", parameters => parameters[0].GetInt32() == 1
            ? $"\"{hash}\""
            : $"\"{chain.HashOf(parameters[0].GetInt32())}\"");
        var forged = chain.Forged(1);
        node.Answer("chain_getBlock", _ => forged);
        await using var running = new RunningEndpoint(node);

        var failure = await Assert.ThrowsAsync<RpcException>(
            () => Follower(running).SendAsync(transaction, bornAt: 0, Token));

        Assert.Equal(RpcFault.Garbage, failure.Fault);
    }

    private static TransactionFollower Follower(RunningEndpoint running) =>
        new(running.Node, new RuntimeSource(), TimeProvider.System, TimeSpan.FromMilliseconds(5));

    private static SignedExtrinsic Sign(ScriptedChain chain)
    {
        using var alice = Sr25519Keypair.FromUri("//Alice");
        var context = new RuntimeContext(Runtimes.Spec224, chain.HashOf(0), 224, 1);
        var call = RuntimeCall.Of(context.Metadata, "System", "remark", ("remark", ScaleValue.Of([1])));
        return ExtrinsicSigner.Sign(context, call, TransactionTerms.BornAt(0, 0, chain.HashOf(0)), alice);
    }
}
