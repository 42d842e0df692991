namespace Gateway.Router;

/// <summary>Why an answer may not grow further.</summary>
public enum CutReason
{
    /// <summary>The caller's or the model's own limit of tokens.</summary>
    MaxTokens,

    /// <summary>The caller's price cap.</summary>
    MaxCost,

    /// <summary>The organisation's credit.</summary>
    CreditExhausted,
}

/// <summary>How many output tokens of one request are paid for. Implemented by the host over a hold.</summary>
public interface IAllowance
{
    /// <summary>Output tokens covered so far, rising with <see cref="ExtendAsync"/>.</summary>
    public long CoveredOutputTokens { get; }

    /// <summary>The most output tokens that may ever be delivered.</summary>
    public long OutputTokensLimit { get; }

    /// <summary>What set <see cref="OutputTokensLimit"/>.</summary>
    public CutReason LimitReason { get; }

    /// <summary>Covers up to <paramref name="outputTokens"/> in all. False: there is no credit for it. One call at a
    /// time.</summary>
    public ValueTask<bool> ExtendAsync(long outputTokens, CancellationToken ct);
}
