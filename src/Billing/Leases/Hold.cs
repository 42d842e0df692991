using System.Diagnostics.CodeAnalysis;
using Gateway.Core;

namespace Gateway.Billing;

/// <summary>Credit set aside for one running request. It ends by being settled, once. A hold that its process did not
/// live to settle is void: the money comes back when the process's lease is closed.</summary>
[SuppressMessage("Design", "CA1001", Justification = "The gate makes no wait handle: nothing to dispose.")]
public sealed class Hold
{
    internal Hold(RequestId request, Payer payer, Quote quote, Incarnation incarnation)
    {
        Request = request;
        Payer = payer;
        Quote = quote;
        Incarnation = incarnation;
        Amount = quote.Hold;
        CoveredOutputTokens = quote.CoveredOutputTokens;
    }

    /// <summary>The request; also the receipt's id.</summary>
    public RequestId Request { get; }

    /// <summary>Who pays.</summary>
    public Payer Payer { get; }

    /// <summary>The prices locked for it.</summary>
    public Quote Quote { get; }

    /// <summary>What is set aside now, extensions included: the charge never exceeds it.</summary>
    public NanoUsd Amount { get; private set; }

    /// <summary>Output tokens that <see cref="Amount"/> pays for, at most the quote's limit.</summary>
    public long CoveredOutputTokens { get; private set; }

    /// <summary>Whose lease the money is in.</summary>
    internal Incarnation Incarnation { get; }

    /// <summary>Lets extending and settling pass one at a time: a settle must know every extension that was
    /// granted.</summary>
    internal SemaphoreSlim Gate { get; } = new(1, 1);

    /// <summary>Whether it has been settled, or given up when that could not be done; nothing is granted to it
    /// afterwards. </summary>
    internal bool IsOver { get; set; }

    internal void Grow(NanoUsd amount, long coveredOutputTokens) =>
        (Amount, CoveredOutputTokens) = (amount, coveredOutputTokens);
}
