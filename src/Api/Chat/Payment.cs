using System.Globalization;
using System.Text.Json;
using Gateway.Core;

namespace Gateway.Api.Chat;

/// <summary>A payment on the chain that would cover what a request lacks.</summary>
/// <param name="Amount">The shortfall and 2 % for a moving rate, at least the least deposit.</param>
/// <param name="Rate">The rate it was counted at.</param>
/// <param name="To">Where it goes; null where this gateway has no deposit addresses.</param>
internal sealed record Payment(Rao Amount, FxRate Rate, PayTo? To)
{
    // The least that an address is credited with.
    private const long MinimumRao = 1_000_000;
    private const long Percent = 102;

    public static Payment For(NanoUsd shortfall, FxRate rate, PayTo? to)
    {
        var picoUsd = (Int128)shortfall.Value * 1000 * Percent / 100;
        var rao = (picoUsd + rate.PicoUsdPerRao - 1) / rate.PicoUsdPerRao;
        return new(new((long)Int128.Clamp(rao, MinimumRao, long.MaxValue)), rate, to);
    }

    public void Write(Utf8JsonWriter writer)
    {
        writer.WriteStartObject("payment"u8);
        writer.WriteString("network"u8, "bittensor"u8);
        writer.WriteString("genesis"u8, To?.Genesis);
        writer.WriteString("asset"u8, "TAO"u8);
        writer.WriteString("call"u8, "Balances.transfer_keep_alive"u8);
        writer.WriteString("address"u8, To?.Address);
        writer.WriteString("amount_rao"u8, Amount.Value.ToString(CultureInfo.InvariantCulture));
        writer.WriteString("amount_tao"u8, Amount.ToTao());
        writer.WriteString("minimum_rao"u8, MinimumRao.ToString(CultureInfo.InvariantCulture));
        writer.WriteString("rate_usd"u8, Rate.ToUsdPerTao());
        writer.WriteString("rate_is"u8, "indicative"u8);
        writer.WriteString("credited_when"u8, "finalized"u8);
        writer.WriteString("poll"u8, "/v1/credits"u8);
        if (To is { Until: var until })
        {
            writer.WriteNumber("quote_expires"u8, until);
        }
        else
        {
            writer.WriteNull("quote_expires"u8);
        }

        writer.WriteEndObject();
    }
}
