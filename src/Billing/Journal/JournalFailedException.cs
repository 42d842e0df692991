using System.Diagnostics.CodeAnalysis;

namespace Gateway.Billing;

/// <summary>A record was not made durable: the disk failed, too many records wait for it, or the journal is closed.
/// Whether it is on the disk is unknown, so nobody may be told that its request is settled.</summary>
[SuppressMessage("Design", "CA1064:Exceptions should be public", Justification = "It never leaves the module.")]
internal sealed class JournalFailedException(string message, Exception? cause = null) : Exception(message, cause);
