using System.Globalization;
using Gateway.Core;

namespace Gateway.Billing;

/// <summary>A finalized transfer becomes a deposit row, a lot of its own rate and credit, in one transaction.</summary>
internal static class CreditSql
{
    private const string InsertLot = """
        INSERT INTO lot (id, org, kind, deposit, rate, rao, nusd, rao_left, nusd_left)
        VALUES (@id, @org, 'paid', @deposit, @rate, @rao, @nusd, @rao, @nusd)
        """;

    private const string InsertDeposit = """
        INSERT INTO deposit (genesis, block_hash, event_index, height, address, org, rao, block_time, state, rate, lot)
        VALUES (@genesis, @hash, @index, @height, @address, @org, @rao, @time, 'credited', @rate, @lot)
        ON CONFLICT (genesis, block_hash, event_index) DO NOTHING
        """;

    /// <summary>False when this event had been credited before; then nothing changes.</summary>
    internal static async Task<bool> CreditAsync(
        SqlSession session, FinalizedTransfer transfer, NanoUsd credit, string lot)
    {
        await AccountSql.CreditAsync(session, transfer.Org, credit);
        var cause = string.Create(
            CultureInfo.InvariantCulture, $"{transfer.Genesis}/{transfer.BlockHash}/{transfer.EventIndex}");
        await session.ExecuteAsync(InsertLot,
            ("id", lot), ("org", transfer.Org.ToString()), ("deposit", cause), ("rate", transfer.Rate.PicoUsdPerRao),
            ("rao", transfer.Amount.Value), ("nusd", credit.Value));
        var isNew = await session.ExecuteAsync(InsertDeposit,
            ("genesis", transfer.Genesis), ("hash", transfer.BlockHash), ("index", (long)transfer.EventIndex),
            ("height", transfer.Height), ("address", transfer.Address), ("org", transfer.Org.ToString()),
            ("rao", transfer.Amount.Value), ("time", transfer.BlockTime.ToUnixTimeMilliseconds()),
            ("rate", transfer.Rate.PicoUsdPerRao), ("lot", lot)) == 1;
        if (!isNew)
        {
            session.Abandoned = true;
            return false;
        }

        await BookAsync(session, transfer, credit, cause);
        return true;
    }

    private static async Task BookAsync(SqlSession session, FinalizedTransfer transfer, NanoUsd credit, string cause)
    {
        var (rao, nusd) = (transfer.Amount.Value, credit.Value);
        await Books.PostAsync(session, "deposit_finalized", cause,
            new("chain/" + transfer.Address, Books.RaoAsset, rao), new("deposits_clearing", Books.RaoAsset, -rao));
        await Books.PostAsync(session, "deposit_credited", cause,
            new("deposits_clearing", Books.RaoAsset, rao), new("fx_tao", Books.RaoAsset, -rao),
            new("fx_usd", Books.NanoUsdAsset, -nusd),
            new(Books.Available(transfer.Org.ToString()), Books.NanoUsdAsset, nusd));
    }
}
