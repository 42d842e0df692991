using Gateway.Core;

namespace Gateway.Billing;

/// <summary>How the money side of a process does.</summary>
/// <param name="Leased">Credit it has leased from the books, held by requests or free.</param>
/// <param name="JournalLag">How long the oldest record of its journal has waited to be in the books, to about a
/// twentieth of a second; zero when none waits.</param>
/// <param name="BooksAsked">How many holds and extensions memory alone could not make, since the start.</param>
public readonly record struct LedgerVitals(NanoUsd Leased, TimeSpan JournalLag, long BooksAsked);
