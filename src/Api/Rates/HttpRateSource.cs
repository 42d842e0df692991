using System.Globalization;
using System.Text.Json;
using Gateway.Billing;
using Gateway.Core;

namespace Gateway.Api.Rates;

/// <summary>Reads TAO's price from an HTTP endpoint that answers JSON.</summary>
internal sealed class HttpRateSource(RateFeed feed, IHttpClientFactory clients, TimeProvider time) : IRateSource
{
    /// <summary>The client of all feeds.</summary>
    public const string Client = "rates";

    /// <summary>Longer answers are refused unread.</summary>
    public const int MaxAnswer = 1024 * 1024;

    // An exchange that quotes more has changed its unit.
    private const decimal MaxUsdPerTao = 1_000_000_000m;
    private const int MaxDigits = 40;

    public string Name => feed.Name;

    public async Task<RateObservation> ReadAsync(CancellationToken cancellationToken)
    {
        using var client = clients.CreateClient(Client);
        using var answer = await client.GetAsync(feed.Url, cancellationToken);
        answer.EnsureSuccessStatusCode();

        // A cache on the way says how old its copy is (RFC 9111, 5.1); an old copy is no observation of now.
        var at = time.GetUtcNow() - (answer.Headers.Age ?? TimeSpan.Zero);
        await using var body = await answer.Content.ReadAsStreamAsync(cancellationToken);
        using var document = await JsonDocument.ParseAsync(body, default, cancellationToken);
        return feed.Path!.TryFind(document.RootElement, out var value)
            ? new RateObservation(ReadRate(value), at)
            : throw new InvalidDataException($"{Name} has nothing at {feed.Path}.");
    }

    /// <summary>A price as a JSON number or as text, in any notation of JSON, to the nearest thousandth of a USD.
    /// </summary>
    /// <exception cref="InvalidDataException">Not a number, or not above zero and below 10^9.</exception>
    internal static FxRate ReadRate(JsonElement value)
    {
        var text = value.ValueKind switch
        {
            JsonValueKind.Number => value.GetRawText(),
            JsonValueKind.String => value.GetString()!,
            _ => "",
        };
        return text.Length is > 0 and <= MaxDigits
            && decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var usd)
            && usd is > 0 and < MaxUsdPerTao
            && decimal.ToInt64(decimal.Round(usd * 1000)) is > 0 and var rate
            ? new FxRate(rate)
            : throw new InvalidDataException("The price is not a number above 0 and below 10^9 USD.");
    }
}
