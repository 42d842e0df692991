using Gateway.ChainBridge.Blocks;
using Gateway.ChainBridge.Extrinsics;
using Gateway.ChainBridge.Metadata;
using Gateway.ChainBridge.Rpc;
using Gateway.ChainBridge.Scale;
using Gateway.Core;

namespace Gateway.ChainBridge.Submission;

/// <summary>An account at a block.</summary>
/// <param name="Nonce">How many transactions it sent.</param>
/// <param name="Free">What it has, the frozen part included.</param>
/// <param name="Reserved">What is set aside for it by the runtime.</param>
/// <param name="Frozen">The part of the free balance that cannot leave.</param>
internal sealed record AccountState(uint Nonce, Rao Free, Rao Reserved, Rao Frozen)
{
    /// <summary>Reads System.Account; an account nobody knows has nothing.</summary>
    /// <exception cref="RpcException">No answer, or bytes of another form.</exception>
    public static async Task<AccountState> ReadAsync(
        NodeApi node,
        RuntimeContext runtime,
        ReadOnlyMemory<byte> account,
        Hash256 at,
        CancellationToken cancellationToken)
    {
        var key = StorageKeys.Of(runtime.Metadata, "System", "Account", ScaleValue.Of(account.Span));
        var stored = await node.StorageAsync(key, at, cancellationToken);
        try
        {
            return Decode(runtime.Metadata, stored);
        }
        catch (ScaleException failure)
        {
            throw new RpcException(RpcFault.Garbage, failure.Message, 0, failure);
        }
    }

    /// <exception cref="ScaleException">The bytes are of another form.</exception>
    internal static AccountState Decode(RuntimeMetadata metadata, byte[]? stored)
    {
        var account = StorageValues.Read(metadata, "System", "Account", stored)
            ?? throw new ScaleException(ScaleFault.WrongShape, "System.Account is optional");
        var data = account["data"];
        return new AccountState(
            account["nonce"].ToUInt32(),
            data["free"].ToRao(),
            data["reserved"].ToRao(),
            data["frozen"].ToRao());
    }
}
