using Gateway.Core;

namespace Gateway.Billing;

/// <summary>One immutable entry of the price book. A request is charged by the version it was quoted with, whatever the
/// book says when it ends.</summary>
/// <param name="Id">Above zero; stands in every receipt.</param>
/// <param name="Model">Whose prices these are.</param>
/// <param name="Prices">Per token, by kind.</param>
/// <param name="SharePpm">The miners' share of the charge in millionths, 0 to 1,000,000.</param>
/// <param name="ValidFrom">From when new requests are quoted with it, UTC.</param>
public sealed record PriceVersion(long Id, ModelId Model, ModelPrices Prices, int SharePpm, DateTimeOffset ValidFrom);
