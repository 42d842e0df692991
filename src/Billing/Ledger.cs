using Gateway.Core;
using Microsoft.Extensions.Logging;

namespace Gateway.Billing;

/// <summary>The money door: quote, reserve, extend, settle, credit. Nothing is dispatched without a hold, a hold never
/// exceeds the organisation's credit, and a request is charged once. All members may be called by many
/// threads.</summary>
public sealed partial class Ledger
{
    private readonly Deposits _deposits;
    private readonly Replica _replica;
    private readonly Reservations _reservations;
    private readonly PriceBook _book;
    private readonly ILogger<Ledger> _logger;
    private int _meterFaultLogged;
    private long _booksAsked;

    internal Ledger(
        Deposits deposits, Replica replica, Reservations reservations, PriceBook book, ILogger<Ledger> logger)
    {
        _deposits = deposits;
        _replica = replica;
        _reservations = reservations;
        _book = book;
        _logger = logger;
    }

    /// <summary>How many processes share the books, this one included, as of the last beat.</summary>
    public int Replicas => _replica.Live;

    /// <summary>How the money side of this process does, from memory.</summary>
    public LedgerVitals Vitals => new(_replica.Leased, _replica.Lag, Volatile.Read(ref _booksAsked));

    /// <summary>Prices a request before it runs, from memory alone.</summary>
    /// <exception cref="ArgumentException">No model, or a negative count or cap.</exception>
    public Quoted Quote(QuoteRequest request)
    {
        ArgumentOutOfRangeException.ThrowIfZero(request.Models.Count);
        ArgumentOutOfRangeException.ThrowIfNegative(request.InputTokensBound);
        ArgumentOutOfRangeException.ThrowIfNegative(request.OutputTokensLimit);
        ArgumentOutOfRangeException.ThrowIfNegative(request.FirstOutputTokens);
        ArgumentOutOfRangeException.ThrowIfNegative(request.MaxCost?.Value ?? 0);
        return request.Lines.Count > 0 ? QuoteLines(request)
            : TryPrice(request.Models, request.Tier, out var prices) is { } unpriced ? new Quoted.NoPrice(unpriced)
            : Billing.Quote.Of(prices, request);
    }

    /// <summary>Sets the quote's hold aside; when it returns <see cref="Reserved.Held"/> the money is durably escrowed.
    /// From memory while this process has leased enough, which it does ahead. Cancellation is heard only before the
    /// books are asked: a hold that was made is handed over to be settled.</summary>
    public ValueTask<Reserved> ReserveAsync(
        Payer payer, RequestId request, Quote quote, CancellationToken cancellationToken)
    {
        if (_replica.Current is not { CanHold: true } incarnation || !incarnation.TryEnter())
        {
            return AskAsync(payer, request, quote, cancellationToken);
        }

        var leases = LeaseSet.Of(incarnation.Leases, payer, payer.Budgets.Count == 0 ? default : _replica.Now);
        if (leases.TryTake(quote.Hold.Value, incarnation.Tick))
        {
            return new(new Reserved.Held(new(request, payer, quote, incarnation, leases)));
        }

        incarnation.Leave();
        return AskAsync(payer, request, quote, cancellationToken);
    }

    /// <summary>What <see cref="ReserveAsync"/> would answer to a hold of that much now, and how every limit stands to
    /// it. Nothing is held, and nothing changes. What other replicas have leased and do not use counts as
    /// used.</summary>
    public Task<Foreseen> ForeseeAsync(Payer payer, NanoUsd amount, CancellationToken cancellationToken) =>
        _reservations.ForeseeAsync(payer, amount, cancellationToken);

    /// <summary>Lets a hold cover that many output tokens in all, at most the quote's limit. True when they are
    /// covered, by this call or before; false when credit does not suffice or the books cannot be reached. One call at
    /// a time passes; a settle waits for it.</summary>
    /// <param name="hold">Not settled; a settled one is not extended.</param>
    /// <param name="outputTokens">In all, not in addition.</param>
    /// <param name="cancellationToken">Heard until the books are asked.</param>
    public ValueTask<bool> ExtendAsync(Hold hold, long outputTokens, CancellationToken cancellationToken)
    {
        var covered = long.Min(outputTokens, hold.Quote.OutputTokensLimit);
        if (covered <= hold.CoveredOutputTokens)
        {
            return new(true);
        }

        if (!hold.Quote.TryHoldFor(covered, out var amount))
        {
            return new(false);
        }

        if (hold.TryGrow(amount, covered))
        {
            return new(true);
        }

        Interlocked.Increment(ref _booksAsked);
        return new(hold.GrowAsync(() => _reservations.GrowAsync(hold, covered, amount, cancellationToken)));
    }

    /// <summary>Prices what was delivered, from memory alone, rounding once: free for a failed ending, and for no
    /// output without a normal end. Never above the hold: a usage beyond what it covers is our meter's fault, not the
    /// caller's.</summary>
    /// <exception cref="ArgumentException">The model is not in the quote, or the usage contradicts itself.</exception>
    public Bill Price(Hold hold, Delivered delivered)
    {
        var bill = Pricer.Price(hold, delivered, out var exceeded);
        if (exceeded && Interlocked.Exchange(ref _meterFaultLogged, 1) == 0)
        {
            Log.MeterExceededHold(_logger, hold.Request, delivered.Usage, hold.Amount);
        }

        return bill;
    }

    /// <summary>Charges a request at most once and returns when its record is durable: written into this replica's
    /// journal, from where it goes into the books whatever happens to this process. Takes no cancellation, for money
    /// outlives the caller.</summary>
    /// <exception cref="ArgumentException">A commitment is neither empty nor 32 bytes.</exception>
    public async Task<Settled> SettleAsync(Bill bill, Commitments commitments)
    {
        if (commitments.Request.Length is not (0 or Commitments.Length)
            || commitments.Response.Length is not (0 or Commitments.Length))
        {
            throw new ArgumentException("A commitment has 32 bytes.", nameof(commitments));
        }

        var hold = bill.Hold;
        if (!hold.TryBeginSettle(out var growing, out var first))
        {
            var settled = await first!;
            return settled.Outcome == SettleOutcome.Settled
                ? settled with { Outcome = SettleOutcome.AlreadySettled }
                : settled;
        }

        var result = new Settled(SettleOutcome.Unavailable, NanoUsd.Zero);
        try
        {
            if (growing is not null)
            {
                await growing;
            }

            result = await RecordAsync(bill, commitments);
        }
        finally
        {
            hold.EndSettle(result);
            hold.Incarnation.Leave();
        }

        return result;
    }

    /// <summary>Gives back at once what this process does not use of an organisation's credit and budgets, because
    /// another replica has asked for it; see <see cref="IRecallSignal"/>. Nothing that is held is touched.</summary>
    /// <exception cref="BillingUnavailableException">The books do not answer: it goes back later.</exception>
    public async Task RecallAsync(OrgId org)
    {
        try
        {
            await _replica.RecallAsync(org);
        }
        catch (BrokenInvariantException error)
        {
            // Nobody waits for an answer here: the next round finds it again and freezes the organisation.
            throw new BillingUnavailableException($"The books of {org} broke a rule.", error);
        }
    }

    /// <summary>Takes in a finalized transfer, once, however often and from wherever it is reported, and turns it into
    /// credit: at once where it names a rate; otherwise when its address has sent the minimum and a sample of TAO's
    /// price serves its block.</summary>
    /// <exception cref="ArgumentException">Amount or rate is not above zero, or a part of its name is
    /// missing.</exception>
    /// <exception cref="OverflowException">The credit, or the organisation's credit in all, does not fit 64
    /// bits.</exception>
    /// <exception cref="BillingUnavailableException">Not known to be taken in: report it again.</exception>
    public async Task CreditAsync(FinalizedTransfer transfer, CancellationToken cancellationToken)
    {
        var state = await _deposits.TakeAsync(transfer, cancellationToken);
        if (state is { } reached)
        {
            Log.TransferTaken(_logger, transfer.Org, transfer.Amount, reached, transfer.BlockHash, transfer.EventIndex);
        }
    }

    private ValueTask<Reserved> AskAsync(
        Payer payer, RequestId request, Quote quote, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _booksAsked);
        return new(_reservations.ReserveAsync(payer, request, quote, cancellationToken));
    }

    private Quoted QuoteLines(QuoteRequest request)
    {
        var lines = new List<LinePrices>(request.Lines.Count);
        foreach (var line in request.Lines)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(line.InputTokensBound);
            if (TryPrice(line.Models, request.Tier, out var prices) is { } unpriced)
            {
                return new Quoted.NoPrice(unpriced);
            }

            lines.Add(new(prices, line.InputTokensBound, request.UnitsBound));
        }

        return Billing.Quote.OfLines(lines, request);
    }

    // The first model without a price; null: all have one.
    private ModelId? TryPrice(IReadOnlyList<ModelId> models, PriceTier tier, out List<PriceVersion> prices)
    {
        prices = new(models.Count);
        foreach (var model in models)
        {
            if (!_book.TryGet(model, tier, out var version))
            {
                return model;
            }

            prices.Add(version);
        }

        return null;
    }

    // A hold whose record could not be written keeps its money until the journal has been read again: the record may
    // have reached the disk, and then it must be covered.
    private async ValueTask<Settled> RecordAsync(Bill bill, Commitments commitments)
    {
        var hold = bill.Hold;
        try
        {
            await hold.Incarnation.Journal.AppendAsync(new JournalEntry.Settle(UsageRecord.Of(bill, commitments)));
        }
        catch (JournalFailedException error) when (!hold.Incarnation.Journal.HasFailed)
        {
            // Too many records wait for the disk: this one was not taken.
            Log.NotSettled(_logger, error, hold.Request);
            hold.Leases.Release(hold.Amount.Value, 0);
            return new(SettleOutcome.Unavailable, NanoUsd.Zero);
        }
        catch (JournalFailedException error)
        {
            Log.NotSettled(_logger, error, hold.Request);
            return new(SettleOutcome.Unavailable, NanoUsd.Zero);
        }
        catch (ArgumentException error)
        {
            // A record beyond the journal's bounds: nothing was written.
            Log.NotSettled(_logger, error, hold.Request);
            hold.Leases.Release(hold.Amount.Value, 0);
            return new(SettleOutcome.Unavailable, NanoUsd.Zero);
        }

        hold.Leases.Release(hold.Amount.Value, bill.Charge.Total.Value);
        return new(SettleOutcome.Settled, bill.Charge.Total);
    }
}
