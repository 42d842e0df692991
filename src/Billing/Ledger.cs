using Gateway.Core;
using Microsoft.Extensions.Logging;

namespace Gateway.Billing;

/// <summary>The money door: quote, reserve, extend, settle, credit. Nothing is dispatched without a hold, a hold never
/// exceeds the organisation's credit, and a request is charged once. All members may be called by many
/// threads.</summary>
public sealed partial class Ledger
{
    private readonly ILedgerStore _store;
    private readonly Replica _replica;
    private readonly PriceBook _book;
    private readonly BillingOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger<Ledger> _logger;
    private int _meterFaultLogged;

    internal Ledger(
        ILedgerStore store,
        Replica replica,
        PriceBook book,
        BillingOptions options,
        TimeProvider time,
        ILogger<Ledger> logger)
    {
        _store = store;
        _replica = replica;
        _book = book;
        _options = options;
        _time = time;
        _logger = logger;
    }

    /// <summary>Prices a request before it runs, from memory alone.</summary>
    /// <exception cref="ArgumentException">No model, or a negative count or cap.</exception>
    public Quoted Quote(QuoteRequest request)
    {
        ArgumentOutOfRangeException.ThrowIfZero(request.Models.Count);
        ArgumentOutOfRangeException.ThrowIfNegative(request.InputTokensBound);
        ArgumentOutOfRangeException.ThrowIfNegative(request.OutputTokensLimit);
        ArgumentOutOfRangeException.ThrowIfNegative(request.FirstOutputTokens);
        ArgumentOutOfRangeException.ThrowIfNegative(request.MaxCost?.Value ?? 0);
        var prices = new List<PriceVersion>(request.Models.Count);
        foreach (var model in request.Models)
        {
            if (!_book.TryGet(model, out var version))
            {
                return new Quoted.NoPrice(model);
            }

            prices.Add(version);
        }

        return Billing.Quote.Of(prices, request);
    }

    /// <summary>Sets the quote's hold aside; when it returns <see cref="Reserved.Held"/> the money is durably escrowed.
    /// Cancellation is heard only before the books are asked: a hold that was made is handed over to be
    /// settled.</summary>
    public async Task<Reserved> ReserveAsync(
        Payer payer, RequestId request, Quote quote, CancellationToken cancellationToken)
    {
        if (_replica.Current is not { } incarnation)
        {
            return new Reserved.Unavailable();
        }

        try
        {
            var reserved = await TryHoldAsync(new(request, payer, quote, incarnation), cancellationToken);
            if (reserved is null)
            {
                incarnation = await _replica.SucceedAsync(incarnation, cancellationToken);
                reserved = await TryHoldAsync(new(request, payer, quote, incarnation), cancellationToken);
            }

            return reserved ?? new Reserved.Unavailable();
        }
        catch (BillingUnavailableException error)
        {
            Log.Unavailable(_logger, error, request);
            return new Reserved.Unavailable();
        }
        catch (BrokenInvariantException error)
        {
            await FreezeAsync(payer.Org, error);
            return new Reserved.Frozen();
        }
    }

    /// <summary>Lets a hold cover that many output tokens in all, at most the quote's limit. True when they are
    /// covered, by this call or before; false when credit does not suffice or the books cannot be reached. One call at
    /// a time passes; a settle waits for it.</summary>
    /// <param name="hold">Not settled; a settled one is not extended.</param>
    /// <param name="outputTokens">In all, not in addition.</param>
    /// <param name="cancellationToken">Heard until the books are asked.</param>
    public async Task<bool> ExtendAsync(Hold hold, long outputTokens, CancellationToken cancellationToken)
    {
        await hold.Gate.WaitAsync(cancellationToken);
        try
        {
            var covered = long.Min(outputTokens, hold.Quote.OutputTokensLimit);
            if (covered <= hold.CoveredOutputTokens)
            {
                return true;
            }

            return !hold.IsOver
                && hold.Quote.TryHoldFor(covered, out var amount)
                && await TryGrowAsync(hold, covered, amount, cancellationToken);
        }
        finally
        {
            hold.Gate.Release();
        }
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

    /// <summary>Charges a request at most once and returns when its record is durable. Takes no cancellation, for money
    /// outlives the caller; tries a silent store again for up to 10 s.</summary>
    /// <exception cref="ArgumentException">A commitment is neither empty nor 32 bytes.</exception>
    public async Task<Settled> SettleAsync(Bill bill, Commitments commitments)
    {
        if (commitments.Request.Length is not (0 or Commitments.Length)
            || commitments.Response.Length is not (0 or Commitments.Length))
        {
            throw new ArgumentException("A commitment has 32 bytes.", nameof(commitments));
        }

        var hold = bill.Hold;
        await hold.Gate.WaitAsync(CancellationToken.None);
        try
        {
            var settled = await SettleAsync(UsageRecord.Of(bill, commitments), hold.Incarnation);
            if (!hold.IsOver)
            {
                hold.IsOver = true;
                hold.Incarnation.Leave();
            }

            return settled;
        }
        finally
        {
            hold.Gate.Release();
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
        var state = await new Deposits(_store, _options.FixedRate).TakeAsync(transfer, cancellationToken);
        if (state is { } reached)
        {
            Log.TransferTaken(_logger, transfer.Org, transfer.Amount, reached, transfer.BlockHash, transfer.EventIndex);
        }
    }

    private async Task<Grant> GrantAsync(
        Incarnation incarnation, OrgId org, NanoUsd amount, CancellationToken cancellationToken)
    {
        try
        {
            var grant = await _store.WriteAsync(
                session => GrantSql.GrantAsync(session, incarnation.Id, org, amount), cancellationToken);
            if (grant.Outcome == GrantOutcome.LeaseFull)
            {
                incarnation.Suspect();
            }

            return grant;
        }
        catch (BillingUnavailableException)
        {
            // It may have been granted and its answer lost: then the lease holds money that nobody will settle.
            incarnation.Suspect();
            throw;
        }
    }

    /// <summary>Null when the hold's incarnation has been closed.</summary>
    private async Task<Reserved?> TryHoldAsync(Hold hold, CancellationToken cancellationToken)
    {
        var isHeld = false;
        if (!hold.Incarnation.TryEnter())
        {
            return null;
        }

        try
        {
            var grant = await GrantAsync(hold.Incarnation, hold.Payer.Org, hold.Amount, cancellationToken);
            isHeld = grant.Outcome == GrantOutcome.Granted;
            return grant.Outcome switch
            {
                GrantOutcome.Granted => new Reserved.Held(hold),
                GrantOutcome.Insufficient => new Reserved.Insufficient(hold.Amount, grant.Available, grant.Leased),
                GrantOutcome.Frozen => new Reserved.Frozen(),
                GrantOutcome.LeaseFull => new Reserved.Unavailable(),
                GrantOutcome.ReplicaClosed => null,
            };
        }
        finally
        {
            if (!isHeld)
            {
                hold.Incarnation.Leave();
            }
        }
    }

    private async Task<bool> TryGrowAsync(
        Hold hold, long covered, NanoUsd amount, CancellationToken cancellationToken)
    {
        try
        {
            var grant = await GrantAsync(hold.Incarnation, hold.Payer.Org, amount - hold.Amount, cancellationToken);
            if (grant.Outcome != GrantOutcome.Granted)
            {
                return false;
            }

            hold.Grow(amount, covered);
            return true;
        }
        catch (BillingUnavailableException error)
        {
            Log.Unavailable(_logger, error, hold.Request);
            return false;
        }
        catch (BrokenInvariantException error)
        {
            await FreezeAsync(hold.Payer.Org, error);
            return false;
        }
    }

    private async Task<Settled> SettleAsync(UsageRecord record, Incarnation incarnation)
    {
        var retry = new Backoff(_time, _options.SettleWindow);
        while (true)
        {
            try
            {
                var settled = await _store.WriteAsync(
                    session => SettleSql.SettleAsync(session, record, incarnation.Id), CancellationToken.None);
                return retry.HasWaited && settled.Outcome == SettleOutcome.AlreadySettled
                    ? settled with { Outcome = SettleOutcome.Settled }
                    : settled;
            }
            catch (BillingUnavailableException error)
            {
                // The answer to a commit may have been lost: the record's primary key tells the next attempt, which
                // then finds what this call itself has settled.
                if (!await retry.TryWaitAsync())
                {
                    // Given up: what it held goes back when this incarnation is replaced and closed.
                    incarnation.Suspect();
                    Log.NotSettled(_logger, error, record.Request);
                    return new(SettleOutcome.Unavailable, NanoUsd.Zero);
                }
            }
            catch (BrokenInvariantException error)
            {
                await FreezeAsync(record.Payer.Org, error);
                return new(SettleOutcome.Unavailable, NanoUsd.Zero);
            }
        }
    }

    private async Task FreezeAsync(OrgId org, BrokenInvariantException cause)
    {
        Log.Frozen(_logger, cause, org);
        try
        {
            await _store.WriteAsync(session => AccountSql.FreezeAsync(session, org), CancellationToken.None);
        }
        catch (BillingUnavailableException error)
        {
            Log.NotFrozen(_logger, error, org);
        }
    }
}
