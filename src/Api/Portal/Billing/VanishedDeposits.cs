using Gateway.Billing;
using Microsoft.Extensions.Caching.Memory;

namespace Gateway.Api.Portal.Billing;

/// <summary>Transfers that a page showed in a block which is no longer on the chain. From this process's memory and for
/// showing only: nothing of them was ever credited.</summary>
internal sealed class VanishedDeposits : IDisposable
{
    private const int MostKept = 2000;

    private static readonly TimeSpan Keeping = TimeSpan.FromHours(1);

    private readonly MemoryCache _known = new(new MemoryCacheOptions { SizeLimit = MostKept });
    private readonly Lock _one = new();

    /// <summary>Notes what is on its way to a top-up now, and tells what was and is not any more. A transfer that
    /// came again in another block is not missed.</summary>
    public IReadOnlyList<DepositLine> Note(string topUp, IReadOnlyList<DepositLine> own)
    {
        lock (_one)
        {
            var known = _known.Get<List<DepositLine>>(topUp) ?? [];
            var names = known.Select(one => one.Id).ToHashSet(StringComparer.Ordinal);
            var missing = known.Where(old => own.All(one => one.Id != old.Id)).ToList();
            foreach (var fresh in own.Where(one => !names.Contains(one.Id)))
            {
                var again = missing.FindIndex(old => old.Amount == fresh.Amount);
                if (again >= 0)
                {
                    missing.RemoveAt(again);
                }
            }

            List<DepositLine> now = [.. missing, .. own.Where(one => one.State is "seen" or "confirming")];
            if (now.Count == 0)
            {
                _known.Remove(topUp);
            }
            else
            {
                _known.Set(topUp, now, new MemoryCacheEntryOptions { Size = 1, SlidingExpiration = Keeping });
            }

            return missing;
        }
    }

    public void Dispose() => _known.Dispose();
}
