using Gateway.Core;

namespace Gateway.Billing;

/// <summary>A call as a receipt shows it.</summary>
/// <param name="Charged">What it came to.</param>
/// <param name="Prices">Of the version that priced it; nothing for one that failed.</param>
internal sealed record ReceiptLine(ChargedLine Charged, ModelPrices Prices);
