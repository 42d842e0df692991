namespace Gateway.Router;

/// <summary>One planned expert call: a line of the receipt.</summary>
/// <param name="Role">What it is for: <c>answer</c>, <c>voter</c>, <c>candidate</c>,
/// <c>generator</c> or <c>editor</c>.</param>
/// <param name="Candidates">Whom to ask, the best first; the later ones only when it fails.</param>
public sealed record PlanLine(string Role, IReadOnlyList<Upstream> Candidates);
