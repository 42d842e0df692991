using System.Text;
using System.Text.Json.Nodes;
using Gateway.Billing;

namespace Gateway.Api.Portal.Operators;

/// <summary>What the page of prices shows: the book, what waits, what changed.</summary>
/// <param name="Book">Each model's prices as the price file writes them.</param>
/// <param name="Waiting">Files that wait for a second person, each with what it would mean.</param>
/// <param name="History">Changes, the newest first; one more than a page where there are more.</param>
internal sealed record PriceView(
    IReadOnlyList<KeyValuePair<string, JsonObject>> Book,
    IReadOnlyList<(WaitingPrices Prices, IReadOnlyList<PriceEffect> Effects)> Waiting,
    IReadOnlyList<PriceChange> History)
{
    public const int PageSize = 50;

    public static async Task<PriceView> ReadAsync(PriceDesk desk, long? before, CancellationToken cancellationToken)
    {
        var file = JsonNode.Parse(await desk.ExportAsync(cancellationToken))!["models"]!.AsObject();
        var waiting = new List<(WaitingPrices, IReadOnlyList<PriceEffect>)>();
        foreach (var one in await desk.WaitingAsync(cancellationToken))
        {
            var outlook = await desk.OutlookAsync(Encoding.UTF8.GetBytes(one.File), cancellationToken);
            waiting.Add((one, outlook.Effects));
        }

        return new(
            [.. file.Select(model => KeyValuePair.Create(model.Key, model.Value!.AsObject()))], waiting,
            await desk.HistoryAsync(PageSize + 1, before, cancellationToken));
    }
}
