using Gateway.ChainBridge.Blocks;
using Gateway.ChainBridge.Extrinsics;
using Gateway.DevNet.Chain.Blocks;
using Gateway.DevNet.Chain.Transactions;

namespace Gateway.DevNet.Chain;

/// <content>How blocks are made, joined to the best chain and finalized; all of it under the chain's lock.</content>
internal sealed partial class DevChain
{
    // The first extrinsic sets the time; nobody sent it.
    private const int Inherents = 1;

    private Block Build(Block parent, bool takesTransactions, long salt)
    {
        var draft = Draft(parent);
        if (!takesTransactions)
        {
            return draft.Seal(upgrade: null, salt);
        }

        Fill(draft);
        if (_nextTransfer is { } transfer)
        {
            _ = draft.TransferWithoutExtrinsic(transfer.From, transfer.To, transfer.Amount);
        }

        var block = draft.Seal(_nextRuntime, salt);
        (_nextRuntime, _nextTransfer) = (null, null);
        return block;
    }

    private BlockDraft Draft(Block parent) =>
        new(parent, Genesis, _calls, (ulong)_time.GetUtcNow().ToUnixTimeMilliseconds());

    private void Fill(BlockDraft draft)
    {
        var waiting = new HashSet<AccountId>();
        foreach (var entry in _pool.InOrder.TakeWhile(_ => !draft.IsFull))
        {
            if (waiting.Contains(entry.Who))
            {
                continue;
            }

            var verdict = draft.Apply(entry.Bytes);
            if (verdict is Verdict.Future)
            {
                _ = waiting.Add(entry.Who);
            }
            else if (verdict is Verdict.Invalid)
            {
                _ = _pool.Remove(entry.Hash);
                _watch.Tell(entry.Hash, new(TransactionStep.Invalid));
            }
        }
    }

    private void Move(Block block)
    {
        _tree.Add(block);
        Switch(block, returns: true);
    }

    private void Switch(Block tip, bool returns)
    {
        var move = _tree.MoveTo(tip);
        var enacted = move.Enacted.SelectMany(Sent).Select(sent => sent.Hash).ToHashSet();
        foreach (var (block, hash, bytes) in move.Retracted.SelectMany(Sent))
        {
            _watch.Tell(hash, new(TransactionStep.Retracted, block.Hash));
            if (!enacted.Contains(hash))
            {
                GiveBack(block, hash, bytes, returns);
            }
        }

        foreach (var (block, hash, _) in move.Enacted.SelectMany(Sent))
        {
            _ = _pool.Remove(hash);
            _watch.Tell(hash, new(TransactionStep.InBlock, block.Hash));
        }

        // A copy: an observer that is cut off by this may take itself off the list.
        foreach (var observer in _observers.ToArray())
        {
            observer.OnBest(move);
        }

        FinalizeDue();
    }

    private void GiveBack(Block block, Hash256 hash, byte[] bytes, bool returns)
    {
        if (!returns)
        {
            _watch.Tell(hash, new(TransactionStep.Dropped));
            return;
        }

        var signed = ExtrinsicReader.Decode(block.Layout.Metadata, bytes).Signed!;
        _pool.Put(new PoolEntry(
            hash, bytes, new AccountId(signed.Account.Span), signed.Nonce, (ulong)signed.Tip, ++_arrivals));
    }

    private void FinalizeDue()
    {
        if (IsFinalityStalled || _tree.Best.Number <= FinalityLag)
        {
            return;
        }

        var fresh = _tree.FinalizeTo(_tree.Best.Number - FinalityLag);
        if (fresh.Count == 0)
        {
            return;
        }

        foreach (var (block, hash, _) in fresh.SelectMany(Sent))
        {
            _watch.Tell(hash, new(TransactionStep.Finalized, block.Hash));
        }

        foreach (var observer in _observers.ToArray())
        {
            observer.OnFinalized(fresh);
        }
    }

    private static IEnumerable<(Block Block, Hash256 Hash, byte[] Bytes)> Sent(Block block) => block.Extrinsics
        .Skip(Inherents)
        .Select(bytes => (block, Hash256.Of(bytes), bytes));
}
