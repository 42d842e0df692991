namespace Gateway.Bench.Route;

/// <summary>A clock that the simulation moves.</summary>
internal sealed class VirtualTime : TimeProvider
{
    /// <summary>Seconds since the beginning.</summary>
    public double Seconds { get; set; }

    public override DateTimeOffset GetUtcNow() => DateTimeOffset.UnixEpoch + TimeSpan.FromSeconds(Seconds);
}
