namespace Gateway.Billing;

/// <summary>Where this node's journals lie, one an incarnation.</summary>
internal interface IJournals
{
    /// <summary>Incarnations of which there is a journal, oldest first.</summary>
    public IReadOnlyList<string> Left();

    /// <summary>Opens one for reading.</summary>
    public IJournalDisk Open(string incarnation);

    /// <summary>Makes a new one and starts writing it.</summary>
    public JournalHandle Create(string incarnation);

    /// <summary>Gives the room back that a journal reserved and did not use. It has ended.</summary>
    public void Trim(string incarnation);

    /// <summary>Removes those that were applied to the end and are older than the books' backups may be.</summary>
    /// <param name="isApplied">Whether an incarnation's journal is applied.</param>
    public void Clean(Func<string, bool> isApplied);
}
