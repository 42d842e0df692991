using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Gateway.ChainBridge.Blocks;
using Gateway.ChainBridge.Extrinsics;
using Gateway.ChainBridge.Metadata;
using Gateway.ChainBridge.Scale;
using Gateway.DevNet.Chain.Calls;
using Gateway.DevNet.Chain.Runtime;
using Gateway.DevNet.Chain.State;
using Gateway.DevNet.Chain.Subnets;
using Gateway.DevNet.Chain.Transactions;

namespace Gateway.DevNet.Chain.Blocks;

/// <summary>A block under construction on a parent. For one thread.</summary>
internal sealed class BlockDraft
{
    private const int MaximumExtrinsics = 1000;
    private const uint FirstForgotten = 1;

    private static readonly byte[] CodeKey = ":code"u8.ToArray();
    private static readonly byte[] Mark = Encoding.UTF8.GetBytes("devnet-simulator");

    private readonly Block _parent;
    private readonly StateOverlay _overlay;
    private readonly CallScope _scope;
    private readonly RuntimeContext _context;
    private readonly List<byte[]> _extrinsics = [];

    /// <param name="parent">The block it follows.</param>
    /// <param name="genesis">The chain.</param>
    /// <param name="calls">What calls do.</param>
    /// <param name="unixMilliseconds">The clock; a block is never older than its parent.</param>
    public BlockDraft(Block parent, Hash256 genesis, CallTable calls, ulong unixMilliseconds)
    {
        _parent = parent;
        _overlay = new StateOverlay(parent.State);
        Runtime = parent.Runtime;
        _context = Runtime.ToContext(genesis);
        if (parent.Layout != parent.Runtime)
        {
            LayoutMigration.Run(_overlay, parent.Layout, parent.Runtime);
        }

        _scope = new CallScope(Runtime, _overlay, calls, Number);
        Begin();
        EpochRunner.Step(_scope.Subnets, Number);
        SetTime(unixMilliseconds);
    }

    /// <summary>Its height.</summary>
    public uint Number => _parent.Number + 1;

    /// <summary>The runtime it runs under.</summary>
    public DevRuntime Runtime { get; }

    public bool IsFull => _extrinsics.Count >= MaximumExtrinsics;

    /// <summary>Whether a transaction may enter this block now.</summary>
    public Verdict Check(byte[] bytes) => TransactionCheck.Of(_context, _overlay, Number, bytes);

    /// <summary>Runs a transaction if it may enter this block.</summary>
    public Verdict Apply(byte[] bytes)
    {
        var verdict = Check(bytes);
        if (verdict is Verdict.Valid valid)
        {
            Run(valid, bytes);
        }

        return verdict;
    }

    /// <summary>A transfer that no extrinsic made, as a scheduler's or a contract's.</summary>
    /// <returns>Whether it succeeded.</returns>
    public bool TransferWithoutExtrinsic(AccountId from, AccountId to, ulong amount)
    {
        _scope.Events.BeginFinalization();
        return _scope.Accounts.Transfer(from, to, amount, keepAlive: true) is null;
    }

    /// <summary>Closes the block.</summary>
    /// <param name="upgrade">A runtime that the block brings; its children run under it.</param>
    /// <param name="salt">Tells blocks apart that are alike in everything else; 0 for none.</param>
    public Block Seal(DevRuntime? upgrade = null, long salt = 0)
    {
        _scope.Events.BeginFinalization();
        if (upgrade is not null)
        {
            _overlay.Set(CodeKey, upgrade.Code.ToArray());
            _scope.Events.Add("System", "CodeUpdated");
        }

        var state = _scope.State;
        state.Set("System", "EventCount", ScaleValue.Of((UInt128)_scope.Events.Count));
        _overlay.Set(StorageKeys.Of(Runtime.Metadata, "System", "Events"), _scope.Events.ToArray());
        ImmutableArray<KeyValuePair<byte[], byte[]?>> changes = [.. _overlay.Changes];
        var header = new BlockHeader(
            _parent.Hash,
            Number,
            PlainRoots.OfState(_parent.Header.StateRoot, changes),
            PlainRoots.OfExtrinsics(_extrinsics),
            Digest(upgrade, salt));
        return new Block(
            header, [.. _extrinsics], _parent.State.With(changes), upgrade ?? Runtime, Runtime, changes);
    }

    private static ImmutableArray<DigestItem> Digest(DevRuntime? upgrade, long salt)
    {
        var items = ImmutableArray.CreateBuilder<DigestItem>();
        items.Add(new DigestItem(DigestKind.Other, default, Mark));
        if (salt != 0)
        {
            var text = string.Create(CultureInfo.InvariantCulture, $"devnet-simulator fork {salt}");
            items.Add(new DigestItem(DigestKind.Other, default, Encoding.UTF8.GetBytes(text)));
        }

        if (upgrade is not null)
        {
            items.Add(new DigestItem(DigestKind.RuntimeUpdated, default, default));
        }

        return items.DrainToImmutable();
    }

    private void Begin()
    {
        var state = _scope.State;
        state.Set("System", "Number", ScaleValue.Of(Number));
        state.Set("System", "ParentHash", ScaleValue.Of(_parent.Hash.Bytes));
        state.Set("System", "BlockHash", ScaleValue.Of(_parent.Hash.Bytes), ScaleValue.Of(_parent.Number));
        var kept = (uint)Runtime.Constant("System", "BlockHashCount");
        if (Number > kept + FirstForgotten)
        {
            state.Remove("System", "BlockHash", ScaleValue.Of(Number - kept - FirstForgotten));
        }

        if (_parent.Layout != _parent.Runtime)
        {
            Genesis.WriteUpgradeInfo(state, Runtime);
        }
    }

    // The inherent that every block of the network begins with.
    private void SetTime(ulong unixMilliseconds)
    {
        var before = _scope.State.Get("Timestamp", "Now").ToUInt64();
        var now = Math.Max(before, unixMilliseconds);
        var call = RuntimeCall.Of(Runtime.Metadata, "Timestamp", "set", ("now", ScaleValue.Of(now)));
        var body = new ScaleWriter();
        body.WriteByte(ExtrinsicFormat.BareVersion4);
        body.WriteBytes(Runtime.EncodeCall(call));
        var whole = new ScaleWriter();
        whole.WriteByteList(body.Written);
        _extrinsics.Add(whole.ToArray());

        _scope.BeginExtrinsic(0);
        _scope.State.Set("Timestamp", "Now", ScaleValue.Of(now));
        var info = DispatchInfo(CallWeight.Base, "Mandatory");
        _scope.Events.Add("System", "ExtrinsicSuccess", ("dispatch_info", info));
    }

    private void Run(Verdict.Valid valid, byte[] bytes)
    {
        var call = valid.Transaction.RuntimeCall;
        var weight = CallWeight.Of(call);
        _scope.BeginExtrinsic((uint)_extrinsics.Count);
        _extrinsics.Add(bytes);
        _scope.Accounts.IncreaseNonce(valid.Who);
        if (valid.Fee > 0 && !_scope.Accounts.TryWithdraw(valid.Who, valid.Fee))
        {
            throw new InvalidOperationException("A transaction that could pay a moment ago cannot.");
        }

        var error = _scope.Dispatch(new Origin(valid.Who), call);
        var unused = Math.Min(_scope.UnusedWeight, weight);
        var isFree = CallWeight.IsFree(call);
        PayBack(valid, isFree ? 0 : Fees.ToRao(unused));
        var info = DispatchInfo(CallWeight.Base + weight - unused, "Normal", isFree ? "No" : "Yes");
        if (error is null)
        {
            _scope.Events.Add("System", "ExtrinsicSuccess", ("dispatch_info", info));
        }
        else
        {
            _scope.Events.Add(
                "System", "ExtrinsicFailed", ("dispatch_error", error.ToValue(Runtime)), ("dispatch_info", info));
        }
    }

    private void PayBack(Verdict.Valid valid, ulong refund)
    {
        // Who was reaped by its own transaction gets nothing back.
        var paid = valid.Fee;
        if (paid > 0 && _scope.Accounts[valid.Who].Total > 0)
        {
            _scope.Accounts.Deposit(valid.Who, refund);
            paid -= refund;
        }

        _scope.Events.Add(
            "TransactionPayment",
            "TransactionFeePaid",
            ("who", valid.Who.ToValue()),
            ("actual_fee", ScaleValue.Of(paid)),
            ("tip", ScaleValue.Of(valid.Tip)));
    }

    private static ScaleValue.Record DispatchInfo(ulong weight, string kind, string paysFee = "Yes") =>
        ScaleValue.RecordOf(
        ("weight", ScaleValue.RecordOf(("ref_time", ScaleValue.Of(weight)), ("proof_size", ScaleValue.Of(0u)))),
        ("class", ScaleValue.CaseOf(kind)),
        ("pays_fee", ScaleValue.CaseOf(paysFee)));
}
