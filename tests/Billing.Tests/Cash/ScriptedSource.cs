using Gateway.Core;

namespace Gateway.Billing.Tests.Cash;

/// <summary>A rate source that says what a test wants; without a rate it fails as an unreachable one.</summary>
internal sealed class ScriptedSource(string name) : IRateSource
{
    public string Name { get; } = name;

    internal long? Rate { get; set; }

    internal DateTimeOffset? At { get; set; }

    public Task<RateObservation> ReadAsync(CancellationToken cancellationToken) => Rate is { } rate
        ? Task.FromResult(new RateObservation(new FxRate(rate), At ?? TimeProvider.System.GetUtcNow()))
        : throw new FormatException("NaN");
}
