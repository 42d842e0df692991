using System.Diagnostics.CodeAnalysis;

namespace Gateway.Billing;

/// <summary>The books refused a change that the rules say cannot happen: a CHECK, a type or an assertion failed and the
/// operation was undone. The organisation concerned is frozen until somebody has looked.</summary>
[SuppressMessage("Design", "CA1032", Justification = "Without a reason it would be of no use.")]
[SuppressMessage("Design", "CA1064", Justification = "It never leaves the module: the ledger turns it into a value.")]
internal sealed class BrokenInvariantException(string message, Exception? inner = null) : Exception(message, inner);
