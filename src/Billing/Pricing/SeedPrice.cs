using Gateway.Core;

namespace Gateway.Billing;

/// <summary>A configured price, used only for a model that the book does not know yet.</summary>
internal sealed record SeedPrice(ModelId Model, TokenPrice Input, TokenPrice Output)
{
    /// <summary>Per image.</summary>
    internal TokenPrice Image { get; init; }

    /// <summary>Per millisecond of sound.</summary>
    internal TokenPrice AudioMs { get; init; }

    /// <summary>Per character.</summary>
    internal TokenPrice Character { get; init; }

    /// <summary>The miners' share until somebody decides otherwise: a product choice, 70 %.</summary>
    internal const int SharePpm = 700_000;
}
