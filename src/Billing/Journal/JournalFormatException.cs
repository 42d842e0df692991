using System.Diagnostics.CodeAnalysis;

namespace Gateway.Billing;

/// <summary>Bytes are no record of a journal, though their checksum may be right: another version's, or
/// nonsense.</summary>
[SuppressMessage("Design", "CA1064:Exceptions should be public", Justification = "It never leaves the module.")]
internal sealed class JournalFormatException(string message, Exception? cause = null) : Exception(message, cause);
