namespace Gateway.Router.Combining;

/// <summary>An equal part of an allowance for each of several calls at once: what is covered for all is covered for
/// each by its part.</summary>
internal sealed class SharedAllowance(IAllowance whole, int parts) : IAllowance, IDisposable
{
    private readonly SemaphoreSlim _turn = new(1, 1);

    public long CoveredOutputTokens => whole.CoveredOutputTokens / parts;

    public long OutputTokensLimit => Math.Max(1, whole.OutputTokensLimit / parts);

    public CutReason LimitReason => whole.LimitReason;

    public void Dispose() => _turn.Dispose();

    public async ValueTask<bool> ExtendAsync(long outputTokens, CancellationToken ct)
    {
        await _turn.WaitAsync(ct);
        try
        {
            return CoveredOutputTokens >= outputTokens
                || await whole.ExtendAsync(Math.Min(outputTokens * parts, whole.OutputTokensLimit), ct);
        }
        finally
        {
            _turn.Release();
        }
    }
}
