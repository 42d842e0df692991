namespace Gateway.Billing;

/// <summary>An operation waiting for the writer thread.</summary>
internal interface ISqliteWork
{
    /// <summary>Whether its caller waits until the disk has it, and not only the operating system.</summary>
    public bool IsDurable { get; }

    /// <summary>Runs it; what it throws is its own failure.</summary>
    public void Run(SqlSession session);

    /// <summary>The group is committed: tell the caller, unless it has been told already.</summary>
    public void Confirm();

    /// <summary>Nothing of it was applied, or nobody knows: tell the caller, unless it has been told
    /// already.</summary>
    public void Fail(Exception error);
}

/// <summary>An operation with its result, kept back until the group's commit.</summary>
internal sealed class SqliteWork<T>(Func<SqlSession, Task<T>> operation) : ISqliteWork
{
    // A caller's continuation must never run on the writer thread.
    private readonly TaskCompletionSource<T> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private T? _result;

    internal Task<T> Completion => _completion.Task;

    public bool IsDurable { get; private set; }

    // SQLite's provider does all its work before it returns a task, so this never waits.
    public void Run(SqlSession session)
    {
        session.IsReplayable = false;
        _result = operation(session).GetAwaiter().GetResult();
        IsDurable = !session.IsReplayable;
    }

    public void Confirm() => _completion.TrySetResult(_result!);

    public void Fail(Exception error) => _completion.TrySetException(error);
}
