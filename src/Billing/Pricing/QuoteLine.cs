using Gateway.Core;

namespace Gateway.Billing;

/// <summary>One planned call of a request that asks several experts.</summary>
/// <param name="Role">What it is for: <c>voter</c>, <c>candidate</c>, <c>generator</c> or <c>editor</c>.</param>
/// <param name="Models">Every model that may answer it.</param>
/// <param name="InputTokensBound">Upper bound of the input tokens that may be billed for it.</param>
public sealed record QuoteLine(string Role, IReadOnlyList<ModelId> Models, long InputTokensBound);
