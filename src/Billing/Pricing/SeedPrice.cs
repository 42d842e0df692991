using Gateway.Core;

namespace Gateway.Billing;

/// <summary>A configured price, used only for a model that the book does not know yet.</summary>
internal sealed record SeedPrice(ModelId Model, TokenPrice Input, TokenPrice Output)
{
    /// <summary>The miners' share until somebody decides otherwise: a product choice, 70 %.</summary>
    internal const int SharePpm = 700_000;
}
