using System.Diagnostics.CodeAnalysis;
using Gateway.ChainBridge.Blocks;
using Gateway.ChainBridge.Metadata;
using Gateway.ChainBridge.Rpc;
using Gateway.ChainBridge.Scale;
using Gateway.ChainBridge.Submission;
using Microsoft.Extensions.Logging;

namespace Gateway.ChainBridge.Payouts;

/// <summary>Brings deposits from their addresses to the cold address, and to nowhere else. Two signatories agree on the
/// chain: the first approves the call's hash, the second carries the call out. What was signed is in the log before it
/// is sent, and one extrinsic is followed to its end before the next is signed.</summary>
internal sealed partial class Sweeper : IDisposable
{
    private const long ExistentialDeposit = 500;

    // Books that went back in time are told of the sweeps of this long.
    private static readonly TimeSpan Memory = TimeSpan.FromDays(30);

    private readonly SignerParts _parts;
    private readonly SweepPorts _ports;
    private readonly ILogger _log;
    private readonly List<Signatory> _signatories;
    private readonly string _parent;
    private DateTimeOffset _next;
    private Pursuit? _pursuit;
    private bool _isTold;

    public Sweeper(SignerParts parts, SweepPorts ports, ILogger log)
    {
        _parts = parts;
        _ports = ports;
        _log = log;
        _signatories = [.. ports.KeyFiles.Select(file => Signatory.Open(parts, file, log))];
        _parent = Keys.Ss58.Encode(Addresses.KeylessAccount.Multisig(
            ports.Signatories.Select(one => (ReadOnlyMemory<byte>)Accounts.Of(one)), SweepCalls.Threshold));
        _next = parts.Now + parts.Options.SweepEvery;
    }

    private string Cold => _parts.Options.Cold!;

    /// <summary>One look, and what follows from it.</summary>
    public async Task RoundAsync(CancellationToken cancellationToken)
    {
        if (!_isTold)
        {
            await TellAsync(cancellationToken);
            _isTold = true;
        }

        var last = _parts.Log.Entries.LastOrDefault(entry => entry.Plan is not null);
        if (last is { End: null })
        {
            await PursueAsync(last, cancellationToken);
        }
        else if (last is { Purpose: EntryPurpose.Approve, End.Kind: EndKind.Done }
            or { Purpose: EntryPurpose.Sweep, End.Kind: EndKind.Expired })
        {
            await ExecuteAsync(last.Plan!, cancellationToken);
        }
        else if (_parts.Now >= _next)
        {
            await BeginAsync(cancellationToken);
        }
    }

    public void Dispose() => _signatories.ForEach(one => one.Dispose());

    private async Task BeginAsync(CancellationToken cancellationToken)
    {
        var head = await _parts.AtHeadAsync(cancellationToken);
        var places = await FullAsync(head, cancellationToken);
        if (places.Count == 0)
        {
            _next = _parts.Now + _parts.Options.SweepEvery;
            return;
        }

        var metadata = head.Runtime.Metadata;
        var call = metadata.Types.Encode(metadata.Extrinsic.Call, SweepCalls.Sweep(metadata, places, Cold));
        var (first, items) = (_signatories[0], SweepCalls.ItemsOf(places));
        var approval = SweepCalls.Approve(metadata, OthersThan(first), Hash256.Of(call), items);
        if (await first.SignAsync(
            EntryPurpose.Approve, new(call, items), approval, head, cancellationToken))
        {
            Log.Began(_log, places.Count, Hash256.Of(call).ToString(), Convert.ToHexStringLower(call));
            _next = _parts.Now + _parts.Options.SweepEvery;
        }
    }

    private async Task ExecuteAsync(SweepPlan plan, CancellationToken cancellationToken)
    {
        if (_signatories.Count < SweepCalls.Threshold)
        {
            // A person with another key does it; the next sweep begins when it is due.
            if (_parts.Now >= _next)
            {
                await BeginAsync(cancellationToken);
            }

            return;
        }

        var head = await _parts.AtHeadAsync(cancellationToken);
        var metadata = head.Runtime.Metadata;
        var approved = _parts.Log.Entries.Last(entry => entry.Purpose == EntryPurpose.Approve).End!;
        if (!TryRead(metadata, plan, out var inner))
        {
            // The call's bytes mean something else now, so the approval is of no use any more.
            await BeginAsync(cancellationToken);
            return;
        }

        var second = _signatories[1];
        var call = SweepCalls.Execute(
            metadata, OthersThan(second), (approved.Height, approved.Index), inner, plan.Items);
        _ = await second.SignAsync(EntryPurpose.Sweep, plan, call, head, cancellationToken);
    }

    private async Task PursueAsync(LogEntry entry, CancellationToken cancellationToken)
    {
        if (_pursuit?.Hash != entry.Extrinsic.Hash)
        {
            _pursuit = Pursuit.Of(_parts, entry);
        }

        var news = await _pursuit.AdvanceAsync(cancellationToken);
        var end = news.IsNonceTaken
            ? new LogEnd(EndKind.Failed) { Because = "another transaction took its nonce" }
            : news.Fate is { } fate ? OfSweep(fate) : null;
        if (end is null)
        {
            return;
        }

        _parts.Log.Ended(entry.Extrinsic.Hash, end, _parts.Now);
        Log.Ended(_log, entry.Purpose, entry.Extrinsic.Hash, end.Kind, end.Because);
        if (news.IsNonceTaken)
        {
            await _parts.Halts.HaltAsync(entry.Wallet, $"nonce:{entry.Extrinsic.Hash}",
                "Somebody else signs for this signatory of the deposit multisig.", cancellationToken);
        }

        await TellAsync(_parts.Log.Find(entry.Extrinsic.Hash), cancellationToken);
    }

    private LogEnd OfSweep(TransactionFate fate) => fate switch
    {
        TransactionFate.Included included => Fates.At(
            included, included.Outcome.IsSuccess ? EndKind.Done : EndKind.Failed) with
        {
            Legs =
            [
                .. PaymentProof.Transfers(included.Events).Where(one => one.To == Cold)
                    .Select(one => new AccountAmount(one.From, one.Amount)),
            ],
        },
        _ => new(EndKind.Expired),
    };

    private async Task TellAsync(CancellationToken cancellationToken)
    {
        foreach (var entry in _parts.Log.Entries.Where(entry => entry.At > _parts.Now - Memory).ToList())
        {
            await TellAsync(entry, cancellationToken);
        }
    }

    // An approval moves nothing; its fee is booked as a sweep without legs.
    private async Task TellAsync(LogEntry entry, CancellationToken cancellationToken)
    {
        if (entry is { Plan: not null, End: { Block: not null } end })
        {
            await _parts.Queue.SweptAsync(
                new(entry.Extrinsic.Hash, Cold, end.Legs, [new AccountAmount(entry.Wallet, end.Fee)]),
                cancellationToken);
        }
    }

    // Addresses worth a sweep, by what they hold at the head.
    private async Task<List<long>> FullAsync(FinalState head, CancellationToken cancellationToken)
    {
        var least = ExistentialDeposit + Math.Max(1, _parts.Options.SweepFrom.Value);
        var full = new List<long>();
        foreach (var page in (await _ports.Places.ListAsync(_parent, cancellationToken)).Chunk(NodeApi.MaximumKeys))
        {
            var keys = page.Select(place => StorageKeys.Of(
                head.Runtime.Metadata, "System", "Account",
                ScaleValue.Of((ReadOnlySpan<byte>)Accounts.Of(place.Address)))).ToList();
            var values = await head.Node.StorageAsync(keys, head.Hash, cancellationToken);
            full.AddRange(page.Where((_, n) =>
                AccountState.Decode(head.Runtime.Metadata, values[n]).Free.Value >= least)
                .Select(place => place.Place));
        }

        return [.. full.Take(SweepCalls.MostPlaces)];
    }

    private IEnumerable<byte[]> OthersThan(Signatory signatory) =>
        _ports.Signatories.Where(one => one != signatory.Address).Select(Accounts.Of);

    private static bool TryRead(
        RuntimeMetadata metadata, SweepPlan plan, [NotNullWhen(true)] out ScaleValue? call)
    {
        try
        {
            call = metadata.Types.Decode(metadata.Extrinsic.Call, plan.Call.Span);
            return true;
        }
        catch (ScaleException)
        {
            call = null;
            return false;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(3170, LogLevel.Information,
            "A sweep of {Count} deposit addresses begins; its call has the hash {Hash} and the bytes {Call}")]
        public static partial void Began(ILogger logger, int count, string hash, string call);

        [LoggerMessage(3171, LogLevel.Information, "{Purpose} {Hash} ended: {Kind}, {Because}")]
        public static partial void Ended(
            ILogger logger, EntryPurpose purpose, string hash, EndKind kind, string? because);
    }
}
