namespace Gateway.Billing;

/// <summary>At which of a model's prices a request is quoted.</summary>
public enum PriceTier
{
    /// <summary>The price in the book.</summary>
    Standard,

    /// <summary>Half of it, for what may wait: a version of its own, made of each standard one when it is first asked
    /// for, every price halved and rounded down to a pico-USD.</summary>
    Batch,
}
