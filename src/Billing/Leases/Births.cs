using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Logging;

namespace Gateway.Billing;

/// <summary>Makes a node's incarnations.</summary>
internal sealed class Births(
    IBooks books, IJournals journals, BillingOptions options, TimeProvider time, ILogger logger) : IDisposable
{
    // A journal takes its room from the disk when it is made: one that the books did not answer for is used again.
    private (string Id, JournalHandle Journal)? _made;

    /// <summary>This node's lasting name.</summary>
    internal string Node { get; } = options.Node.Length > 0
        ? options.Node
        : NodeName.In(options.DataDirectory, time);

    /// <summary>The newest incarnation, from before its journal is made; empty before the first.</summary>
    internal string Newest { get; private set; } = "";

    /// <summary>A new incarnation, entered in the books. The journal comes first: an incarnation in the books always
    /// has one.</summary>
    /// <exception cref="BillingUnavailableException">The books do not answer, or the disk takes no journal.</exception>
    [SuppressMessage("Reliability", "CA2000", Justification = "The life disposes its pump.")]
    internal async Task<Life> BeginAsync(Func<DateTimeOffset, Guid> newId)
    {
        var (id, journal) = _made ??= Make(newId(time.GetUtcNow()).ToString("N"));
        await books.RegisterAsync(id, Node);
        _made = null;
        var incarnation = new Incarnation(id, books, journal, options.IsDirect);
        return new(incarnation, new(books, new(journal.Disk, id, journal.Journal), Node, 0, logger)
        {
            OnWentBack = incarnation.RetireAfterRollback,
        });
    }

    public void Dispose() => _made?.Journal.Dispose();

    private (string Id, JournalHandle Journal) Make(string id)
    {
        Newest = id;
        try
        {
            return (id, journals.Create(id));
        }
        catch (IOException error)
        {
            throw new BillingUnavailableException("The disk takes no journal.", error);
        }
    }
}
