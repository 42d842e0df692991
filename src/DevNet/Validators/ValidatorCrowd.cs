using System.Threading.Channels;
using Gateway.ChainBridge.Extrinsics;
using Gateway.ChainBridge.Keys;
using Gateway.ChainBridge.Scale;
using Gateway.DevNet.Chain;
using Gateway.DevNet.Chain.Blocks;
using Gateway.DevNet.Chain.Runtime;
using Gateway.DevNet.Chain.State;
using Gateway.DevNet.Chain.Subnets;
using Gateway.DevNet.Chain.Transactions;
using Gateway.DevNet.Miners;
using Microsoft.Extensions.Logging;

namespace Gateway.DevNet.Validators;

/// <summary>The simulated validators: once in every epoch each of them sets weights, by an extrinsic like anybody's.
/// </summary>
internal sealed partial class ValidatorCrowd : IChainObserver, IAsyncDisposable
{
    private readonly DevChain _chain;
    private readonly int _seed;
    private readonly ILogger _logger;
    private readonly Sr25519Keypair[] _keys;
    private readonly Task _loop;

    private readonly Channel<Block> _due = Channel.CreateBounded<Block>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });

    public ValidatorCrowd(DevChain chain, int seed, ILogger logger)
    {
        _chain = chain;
        _seed = seed;
        _logger = logger;
        _keys =
        [
            .. Enumerable.Range(0, MinerSubnet.Validators).Select(number => AccountKeys.OfValidator(seed, number)),
        ];
        _loop = Task.Run(SpeakAsync);
        chain.Observe(this);
    }

    public void OnBest(ChainMove move)
    {
        if (move.Enacted is [.., var best] && Clock.BlocksUntilEpoch(best.Number) == MinerSubnet.Tempo / 2)
        {
            _ = _due.Writer.TryWrite(best);
        }
    }

    public void OnFinalized(IReadOnlyList<Block> blocks)
    {
    }

    /// <summary>Sets no more weights.</summary>
    public async ValueTask DisposeAsync()
    {
        _chain.Forget(this);
        _due.Writer.Complete();
        await _loop;
        foreach (var key in _keys)
        {
            key.Dispose();
        }
    }

    private static SubnetClock Clock { get; } = new(MinerSubnet.NetUid, MinerSubnet.Tempo);

    private async Task SpeakAsync()
    {
        await foreach (var best in _due.Reader.ReadAllAsync())
        {
            try
            {
                Speak(best);
            }
            catch (Exception failure) when (failure is ScaleException or ChainBridge.Metadata.RuntimeDriftException)
            {
                // A runtime that the chain was upgraded to on request may have other calls.
                Log.Silent(_logger, failure.Message);
            }
        }
    }

    private void Speak(Block best)
    {
        var state = new SubnetState(new TypedState(best.Layout.Metadata, new StateOverlay(best.State)));
        var miners = MinerProfile.Lineup
            .Select(miner => (Miner: miner, Uid: state.UidOf(MinerSubnet.NetUid, MinerSubnet.HotkeyOf(_seed, miner))))
            .Where(one => one.Uid is not null)
            .ToArray();
        var epoch = (uint)Clock.EpochOf(best.Number);
        for (var number = 0; number < _keys.Length; number++)
        {
            var weights = miners.Select(one => Opinion.Of(_seed, number, epoch, one.Miner));
            Send(best.Runtime, _keys[number], [.. miners.Select(one => one.Uid!.Value)], [.. weights]);
        }
    }

    private void Send(DevRuntime runtime, Sr25519Keypair key, ushort[] uids, ushort[] weights)
    {
        var call = RuntimeCall.Of(
            runtime.Metadata,
            SubnetState.Pallet,
            "set_weights",
            ("netuid", ScaleValue.Of(MinerSubnet.NetUid)),
            ("dests", Numbers(uids)),
            ("weights", Numbers(weights)),
            ("version_key", ScaleValue.Of(0u)));
        var terms = TransactionTerms.Immortal(_chain.NextNonce(new AccountId(key.PublicKey)));
        var signed = ExtrinsicSigner.Sign(runtime.ToContext(_chain.Genesis), call, terms, key);
        var answer = _chain.Submit(signed.Bytes.ToArray());
        if (answer.Outcome != SubmissionOutcome.Taken)
        {
            Log.Silent(_logger, answer.Reason ?? "");
        }
    }

    private static ScaleValue.List Numbers(ushort[] numbers) =>
        ScaleValue.ListOf([.. numbers.Select(one => (ScaleValue)ScaleValue.Of(one))]);

    private static partial class Log
    {
        [LoggerMessage(7020, LogLevel.Warning, "DevNet simulator: a validator set no weights: {Reason}")]
        internal static partial void Silent(ILogger logger, string reason);
    }
}
