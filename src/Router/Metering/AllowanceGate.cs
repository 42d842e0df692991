using System.Diagnostics.CodeAnalysis;

namespace Gateway.Router.Metering;

/// <summary>Whether the next output token may be sent.</summary>
internal enum Coverage
{
    Covered,
    LimitReached,
    CreditExhausted,
}

/// <summary>Holds an answer to what is paid for, and asks for more in time: at half of what is covered, in the
/// background, so that a stream seldom waits.</summary>
internal sealed class AllowanceGate(IAllowance allowance, TimeProvider time) : IAsyncDisposable
{
    internal const int ExtensionTokens = 1024;

    // Of credit that is nearly gone the rest is asked for in ever smaller steps: 1024, 256, 64, 16, 4, 1.
    private const int Finer = 4;
    internal static readonly TimeSpan ExtensionWait = TimeSpan.FromMilliseconds(50);

    private const int MaxAsks = 6;

    private readonly CancellationTokenSource _done = new();
    private Task _extension = Task.CompletedTask;
    private volatile bool _refused;
    private long _step = ExtensionTokens;

    /// <summary>Judges an answer that would be <paramref name="output"/> tokens long. Completes at once but for an
    /// uncovered token.</summary>
    internal ValueTask<Coverage> AdmitAsync(long output)
    {
        if (output > allowance.OutputTokensLimit)
        {
            return new(Coverage.LimitReached);
        }

        var covered = allowance.CoveredOutputTokens;
        if (output > covered)
        {
            return WaitAsync(output);
        }

        if (output > covered / 2 && covered < allowance.OutputTokensLimit && _extension.IsCompleted && !_refused)
        {
            _extension = ExtendAsync(output);
        }

        return new(Coverage.Covered);
    }

    /// <summary>Covers a final figure if it can be.</summary>
    internal async ValueTask CoverAsync(long output)
    {
        if (output > allowance.CoveredOutputTokens)
        {
            await WaitAsync(output);
        }
    }

    /// <summary>Holds what is billed to what is covered.</summary>
    internal Metered Bound(Metered metered) =>
        metered with { Usage = metered.Usage.UpTo(allowance.CoveredOutputTokens) };

    /// <summary>Ends the background work: after this the allowance is not touched again.</summary>
    public async ValueTask DisposeAsync()
    {
        await _done.CancelAsync();
        await _extension;
        _done.Dispose();
    }

    private async ValueTask<Coverage> WaitAsync(long output)
    {
        var started = time.GetTimestamp();
        // A refusal of the background request may be old news, so the first ask here is always made.
        for (var asked = 0; asked < MaxAsks && output > allowance.CoveredOutputTokens; asked++)
        {
            var left = ExtensionWait - time.GetElapsedTime(started);
            if (left <= TimeSpan.Zero || (asked > 0 && _refused))
            {
                break;
            }

            _extension = _extension.IsCompleted ? ExtendAsync(output) : _extension;
            await Task.WhenAny(_extension, Task.Delay(left, time, _done.Token));
        }

        return output <= allowance.CoveredOutputTokens ? Coverage.Covered : Coverage.CreditExhausted;
    }

    [SuppressMessage("Design", "CA1031:Do not catch general exception types",
        Justification = "A store that breaks covers nothing; the tokens covered before it are still good.")]
    private async Task ExtendAsync(long output)
    {
        var wanted = Math.Max(allowance.CoveredOutputTokens + _step, output);
        try
        {
            if (await allowance.ExtendAsync(Math.Min(wanted, allowance.OutputTokensLimit), _done.Token))
            {
                (_refused, _step) = (false, Math.Min(_step * Finer, ExtensionTokens));
            }
            else
            {
                (_refused, _step) = (_step == 1, Math.Max(_step / Finer, 1));
            }
        }
        catch (Exception)
        {
            _refused = true;
        }
    }
}
