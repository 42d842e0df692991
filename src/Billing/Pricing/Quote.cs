using Gateway.Core;

namespace Gateway.Billing;

/// <summary>Prices locked for one request and the credit it must set aside before it is dispatched. Every usage within
/// the covered tokens costs at most the hold, whichever of the models serves and however its tokens divide into kinds:
/// the hold is made of the dearest price of each kind, and of the dearest price of a request, once.</summary>
public sealed class Quote
{
    // 2^63 - 1 nano-USD in pico-USD: the most that a hold can be.
    private static readonly Int128 MaxPicoUsd = (Int128)long.MaxValue * 1000;

    private readonly ExactCost _fixed;
    private readonly TokenPrice _output;
    private readonly IReadOnlyList<LinePrices> _lines = [];

    private Quote(IReadOnlyList<PriceVersion> prices, QuoteRequest request)
    {
        Prices = prices;
        InputTokensBound = request.InputTokensBound;
        OutputTokensLimit = request.OutputTokensLimit;
        UnitsBound = request.UnitsBound;
        var only = new LinePrices(prices, request.InputTokensBound, UnitsBound);
        (_fixed, _output) = (only.Fixed, only.Output);
    }

    // The calls differ in price and input and run to the same limit of output, so that together they cost what one call
    // of all their prices would.
    private Quote(IReadOnlyList<LinePrices> lines, QuoteRequest request)
    {
        _lines = lines;
        Prices = [.. lines.SelectMany(line => line.Versions).Distinct()];
        InputTokensBound = request.InputTokensBound;
        OutputTokensLimit = request.OutputTokensLimit;
        UnitsBound = request.UnitsBound;
        foreach (var line in lines)
        {
            _fixed += line.Fixed;
            _output = new(_output.PicoUsd + line.Output.PicoUsd);
        }
    }

    /// <summary>What the first hold sets aside, rounded up once.</summary>
    public NanoUsd Hold { get; private set; }

    /// <summary>The most input tokens that may be billed; of a request of several calls, those of a plain
    /// one.</summary>
    public long InputTokensBound { get; }

    /// <summary>The most other units that may be billed.</summary>
    public Usage UnitsBound { get; }

    /// <summary>The most that the request can ever cost: its input at the bound, and all output up to the limit,
    /// rounded up once.</summary>
    public NanoUsd Ceiling => TryHoldFor(OutputTokensLimit, out var most) ? most : new(long.MaxValue);

    /// <summary>The most that each call of a request of several can cost; they sum to <see cref="Ceiling"/>. Empty for
    /// a request of one.</summary>
    public IReadOnlyList<NanoUsd> LineCeilings
    {
        get
        {
            var (sum, before) = (ExactCost.Zero, NanoUsd.Zero);
            var ceilings = new NanoUsd[_lines.Count];
            for (var i = 0; i < ceilings.Length; i++)
            {
                sum += _lines[i].Cost(OutputTokensLimit);
                var until = sum.ToHold();
                (ceilings[i], before) = (until - before, until);
            }

            return ceilings;
        }
    }

    /// <summary>The most input tokens that may be billed for each call of a request of several; empty for a request of
    /// one.</summary>
    public IReadOnlyList<long> LineInputBounds =>
        _lines.Count == 0 ? [] : [.. _lines.Select(line => line.InputTokensBound)];

    /// <summary>Output tokens that the first hold covers; of each call, where there are several.</summary>
    public long CoveredOutputTokens { get; private set; }

    /// <summary>The most output tokens ever delivered, after the caller's cap; of each call, where there are
    /// several.</summary>
    public long OutputTokensLimit { get; private set; }

    /// <summary>Whether the caller's cap, and not the asked limit, set <see cref="OutputTokensLimit"/>.</summary>
    public bool CappedByMaxCost { get; private set; }

    /// <summary>The locked versions, one for each model that may serve.</summary>
    public IReadOnlyList<PriceVersion> Prices { get; }

    /// <summary>The calls of a request of several; empty for a request of one.</summary>
    internal IReadOnlyList<LinePrices> Lines => _lines;

    /// <summary>Quotes a request at the given versions. Reads nothing else.</summary>
    internal static Quoted Of(IReadOnlyList<PriceVersion> prices, QuoteRequest request) =>
        Of(new Quote(prices, request), request);

    /// <summary>Quotes a request of several calls.</summary>
    internal static Quoted OfLines(IReadOnlyList<LinePrices> lines, QuoteRequest request) =>
        Of(new Quote(lines, request), request);

    private static Quoted Of(Quote quote, QuoteRequest request)
    {
        if (request.MaxCost is { } cap && !quote.TryCap(cap))
        {
            var least = quote.Cost(long.Min(1, request.OutputTokensLimit));
            return Fits(least) ? new Quoted.MaxCostTooLow(least.ToHold()) : new Quoted.TooLarge();
        }

        quote.CoveredOutputTokens = long.Min(request.FirstOutputTokens, quote.OutputTokensLimit);
        if (!quote.TryHoldFor(quote.CoveredOutputTokens, out var hold))
        {
            return new Quoted.TooLarge();
        }

        quote.Hold = hold;
        return new Quoted.Priced(quote);
    }

    /// <summary>What must be held, in all, to deliver that many output tokens; false when it does not fit 64
    /// bits.</summary>
    internal bool TryHoldFor(long outputTokens, out NanoUsd hold)
    {
        var cost = Cost(outputTokens);
        var fits = Fits(cost);
        hold = fits ? cost.ToHold() : default;
        return fits;
    }

    /// <summary>The most output tokens, at most the limit, that a hold of that much covers; zero when it does not
    /// cover one.</summary>
    public long CoveredBy(NanoUsd credit)
    {
        var left = ((Int128)credit.Value * 1000) - _fixed.PicoUsd;
        return left < 0 ? 0
            : _output.PicoUsd == 0 ? OutputTokensLimit
            : (long)Int128.Min(left / _output.PicoUsd, OutputTokensLimit);
    }

    /// <summary>Lowers the limit to what the cap pays for; false when that is not even one token.</summary>
    private bool TryCap(NanoUsd cap)
    {
        var left = ((Int128)cap.Value * 1000) - _fixed.PicoUsd;
        if (left < 0)
        {
            return false;
        }

        if (_output.PicoUsd > 0 && left / _output.PicoUsd < OutputTokensLimit)
        {
            OutputTokensLimit = (long)(left / _output.PicoUsd);
            CappedByMaxCost = true;
            return OutputTokensLimit > 0;
        }

        return true;
    }

    private ExactCost Cost(long outputTokens) => _fixed + _output.Times(outputTokens);

    private static bool Fits(ExactCost cost) => cost.PicoUsd <= MaxPicoUsd;
}
