using Gateway.Core;

namespace Gateway.Billing;

/// <summary>One call of a request that asked several experts.</summary>
/// <param name="Role">What it was for, as planned.</param>
/// <param name="Expert">Who answered, or who failed last.</param>
/// <param name="ModelServed">Whose prices apply; null when it gave no usable answer and costs nothing.</param>
/// <param name="Usage">Canonical and within the hold's bounds; none when it failed.</param>
public sealed record DeliveredLine(string Role, string Expert, ModelId? ModelServed, Usage Usage);
