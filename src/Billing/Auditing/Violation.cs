namespace Gateway.Billing;

/// <summary>A row that breaks an invariant.</summary>
/// <param name="Invariant">Its number, such as <c>I3</c>.</param>
/// <param name="Subject">The group, organisation, lease or request.</param>
/// <param name="Detail">What was found.</param>
internal sealed record Violation(string Invariant, string Subject, string Detail);
