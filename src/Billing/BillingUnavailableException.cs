namespace Gateway.Billing;

/// <summary>The ledger's store did not answer, or did not say whether it applied what it was told. Whoever reads or
/// credits tries again later; reserving and settling report it as a value instead.</summary>
public sealed class BillingUnavailableException : Exception
{
    /// <summary>Without a cause.</summary>
    public BillingUnavailableException()
    {
    }

    /// <summary>Without a cause.</summary>
    public BillingUnavailableException(string message)
        : base(message)
    {
    }

    /// <summary>With the driver's own error.</summary>
    public BillingUnavailableException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
