namespace Gateway.Billing;

/// <summary>Where TAO's price is observed. No source is trusted alone.</summary>
public interface IRateSource
{
    /// <summary>Its name in the record of samples, such as a host.</summary>
    public string Name { get; }

    /// <summary>Observes once. Whatever it throws, other than for cancellation, only means that this source says
    /// nothing now.</summary>
    public Task<RateObservation> ReadAsync(CancellationToken cancellationToken);
}
