using Gateway.Core;

namespace Gateway.Router;

/// <summary>What models cost now; the gate weighs it against quality. Implemented by the host; without one everything
/// costs nothing.</summary>
public interface IModelPrices
{
    /// <summary>The prices in force; false for a model that has none. From memory, on any thread.</summary>
    public bool TryGet(ModelId model, out ModelPrices prices);
}

/// <summary>Stands in where the host sells nothing.</summary>
internal sealed class NoPrices : IModelPrices
{
    public bool TryGet(ModelId model, out ModelPrices prices)
    {
        prices = default;
        return false;
    }
}
