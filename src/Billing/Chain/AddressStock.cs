namespace Gateway.Billing;

/// <summary>How many deposit addresses can still be given out.</summary>
/// <param name="Left">Zero or more.</param>
/// <param name="Count">Of how many, given out or not.</param>
public readonly record struct AddressStock(long Left, long Count)
{
    /// <summary>Whether a fifth or less is left: time to make more.</summary>
    public bool IsLow => Left <= Count / 5;
}
