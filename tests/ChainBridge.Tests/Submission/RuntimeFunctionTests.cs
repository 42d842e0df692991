using System.Collections.Immutable;
using Gateway.ChainBridge.Blocks;
using Gateway.ChainBridge.Extrinsics;
using Gateway.ChainBridge.Metadata;
using Gateway.ChainBridge.Rpc;
using Gateway.ChainBridge.Scale;
using Gateway.ChainBridge.Submission;
using Gateway.ChainBridge.Tests.Metadata;
using Gateway.ChainBridge.Tests.Rpc;

namespace Gateway.ChainBridge.Tests.Submission;

public sealed class RuntimeFunctionTests
{
    private static readonly RuntimeContext Runtime = WithNonceApi();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_function_is_called_by_the_metadatas_types()
    {
        await using var node = await ScriptedNode.StartAsync();
        node.Answer("state_call", parameters =>
        {
            Assert.Equal("AccountNonceApi_account_nonce", parameters[0].GetString());
            Assert.Equal($"0x{new string('0', 64)}", parameters[1].GetString());
            return "\"0x2c010000\"";
        });
        await using var running = new RunningEndpoint(node);

        var nonce = await NonceAsync(running, ScaleValue.Of(new byte[32]));

        Assert.Equal(300u, nonce.ToUInt32());
    }

    [Fact]
    public async Task An_answer_of_another_size_is_garbage()
    {
        await using var node = await ScriptedNode.StartAsync();
        node.Answer("state_call", _ => "\"0x2c01000000\"");
        await using var running = new RunningEndpoint(node);
        var failure = await Assert.ThrowsAsync<RpcException>(
            () => NonceAsync(running, ScaleValue.Of(new byte[32])));
        Assert.Equal(RpcFault.Garbage, failure.Fault);
    }

    [Fact]
    public async Task What_the_metadata_does_not_know_is_not_called()
    {
        await using var node = await ScriptedNode.StartAsync();
        await using var running = new RunningEndpoint(node);
        await Assert.ThrowsAsync<RuntimeDriftException>(() => NonceAsync(running));
        await Assert.ThrowsAsync<RuntimeDriftException>(() => RuntimeFunctions.CallAsync(
            running.Node, Runtime, ("AccountNonceApi", "nonce"), [], default, Token));
    }

    private static Task<ScaleValue> NonceAsync(RunningEndpoint running, params ScaleValue[] arguments) =>
        RuntimeFunctions.CallAsync(
            running.Node, Runtime, ("AccountNonceApi", "account_nonce"), arguments, Hash256.Of([1]), Token);

    // Spec 224 came as V14, which tells no APIs; its types are the same.
    private static RuntimeContext WithNonceApi()
    {
        var known = Runtimes.Spec224;
        var u32 = Enumerable.Range(0, known.Types.Types.Length)
            .First(id => known.Types[id] is TypeShape.Primitive { Kind: ScalePrimitive.U32 });
        var account = known.Storage("System", "Account").Key!.Value;
        ImmutableArray<RuntimeApi> apis =
            [new("AccountNonceApi", [new RuntimeApiMethod("account_nonce", [("account", account)], u32)])];
        var metadata = new RuntimeMetadata(
            known.Version, known.Types, known.Pallets, known.Extrinsic, known.Runtime, apis);
        return new RuntimeContext(metadata, default, 224, 1);
    }
}
