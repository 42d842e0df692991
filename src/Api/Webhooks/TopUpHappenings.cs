using System.Text.Json;
using System.Text.Json.Nodes;
using Gateway.Api.Access;
using Gateway.Api.Portal.Billing;
using Gateway.ChainBridge;
using Gateway.Core;
using Microsoft.EntityFrameworkCore;

namespace Gateway.Api.Webhooks;

/// <summary>What became of top-ups. Their state stands nowhere: it is what their row and the deposits to their address
/// come to, and each state is told when it is first seen.</summary>
internal sealed class TopUpHappenings(
    IDbContextFactory<AccessDb> contexts, DepositBoard board, TimeProvider time)
{
    // Events are remembered for thirty days: what is watched no longer than half of that is told once.
    private static readonly TimeSpan WatchedFor = TimeSpan.FromDays(14);

    /// <summary>All that has happened to an organisation's recent top-ups.</summary>
    public async Task<IReadOnlyList<Happening>> ReadAsync(OrgId org, CancellationToken ct)
    {
        var now = time.GetUtcNow();
        var rows = await RowsAsync(org, (now - WatchedFor).ToUnixTimeMilliseconds(), ct);
        return rows.Count == 0 ? [] : [.. (await board.ViewsAsync(org, rows, now, ct)).SelectMany(Of)];
    }

    private async Task<List<TopUpRow>> RowsAsync(OrgId org, long since, CancellationToken ct)
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        return await db.Set<TopUpRow>().AsNoTracking().Where(row => row.Org == org.Value && row.CreatedAt >= since)
            .OrderBy(row => row.CreatedAt).ThenBy(row => row.Id).ToListAsync(ct);
    }

    private static IEnumerable<Happening> Of(TopUpView view)
    {
        yield return Of("created", view);
        if (view.HasCome)
        {
            // Also where it was credited between two looks.
            yield return Of("processing", view);
        }

        if (view.State is TopUpState.Settled or TopUpState.Expired or TopUpState.Invalid)
        {
            yield return Of(NameOf(view.State), view);
        }
    }

    private static Happening Of(string state, TopUpView view)
    {
        var (type, name) = ($"top_up.{state}", TopUpView.IdOf(view.Row.Id));
        return new(type, $"{type}:{name}", new JsonObject
        {
            ["id"] = name,
            ["status"] = state,
            ["address"] = view.Row.Address,
            ["check_words"] = ChainAddress.CheckWords(view.Row.Address),
            ["rao"] = view.Wanted.Value,
            ["amount_nusd"] = view.Row.Nusd,
            ["usd_per_tao"] = view.Rate.ToUsdPerTao(),
            ["credited_rao"] = view.Credited.Value,
            ["credited_nusd"] = view.Credit.Value,
            ["expires_at"] = view.Expires.ToUnixTimeSeconds(),
        }.ToJsonString(JsonSerializerOptions.Default));
    }

    private static string NameOf(TopUpState state) => state switch
    {
        TopUpState.New => "created",
        TopUpState.Processing => "processing",
        TopUpState.Settled => "settled",
        TopUpState.Expired => "expired",
        TopUpState.Invalid => "invalid",
    };
}
