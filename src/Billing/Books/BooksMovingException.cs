using System.Diagnostics.CodeAnalysis;

namespace Gateway.Billing;

/// <summary>Whoever only looks found the books changed by others at each look: he is to ask again rather than have them
/// wait for him.</summary>
[SuppressMessage("Design", "CA1064", Justification = "It never leaves the module: the ledger turns it into a value.")]
internal sealed class BooksMovingException() : Exception("The books moved while they were looked at.")
{
    /// <summary>How often is looked.</summary>
    internal const int Looks = 3;
}
