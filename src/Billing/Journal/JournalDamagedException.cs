using System.Diagnostics.CodeAnalysis;

namespace Gateway.Billing;

/// <summary>A record that had reached the disk is not readable any more: money would be forgotten, so whoever reads
/// stops and a person decides.</summary>
/// <param name="file">The segment's name.</param>
/// <param name="offset">Where in it the first unreadable byte range begins.</param>
/// <param name="seq">The first record that is lost.</param>
/// <param name="cause">What was wrong with it, where more is known.</param>
[SuppressMessage("Design", "CA1064:Exceptions should be public", Justification = "It never leaves the module.")]
internal sealed class JournalDamagedException(string file, long offset, long seq, Exception? cause = null)
    : Exception($"The journal is damaged: {file} at offset {offset}, record {seq}.", cause)
{
    /// <summary>The segment's name.</summary>
    internal string File { get; } = file;

    /// <summary>Where in it, in bytes.</summary>
    internal long Offset { get; } = offset;

    /// <summary>The first record that is lost.</summary>
    internal long Seq { get; } = seq;
}
