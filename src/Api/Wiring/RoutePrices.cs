using Gateway.Billing;
using Gateway.Core;
using Gateway.Router;

namespace Gateway.Api.Wiring;

/// <summary>The price book, as the gate weighs it.</summary>
internal sealed class RoutePrices(PriceBook book) : IModelPrices
{
    public bool TryGet(ModelId model, out ModelPrices prices)
    {
        var isKnown = book.TryGet(model, out var version);
        prices = isKnown ? version.Prices : default;
        return isKnown;
    }
}
