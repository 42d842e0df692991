using Gateway.Core;

namespace Gateway.Billing;

/// <summary>What a price file says of one model.</summary>
internal sealed record PriceEntry(ModelId Model, ModelPrices Prices, int SharePpm);
