namespace Gateway.Billing;

/// <summary>Keeps a secret for each day of which reserves are published. Under it an organisation's salt is made, so
/// that nobody who knows an organisation's id can try its amounts against the tree. Shown to nobody.</summary>
public interface IReserveSecrets
{
    /// <summary>At least 32 random bytes: made when the day is first asked for, the same ever after.</summary>
    public byte[] SecretOf(DateOnly day);
}
