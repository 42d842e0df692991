using Microsoft.Extensions.Logging;

namespace Gateway.Billing;

/// <summary>Applies one journal to the books, in runs, in order, exactly once: what was applied is known by the books
/// alone. The same for a journal that is being written and for one that a dead process left.</summary>
internal sealed partial class Pump : IDisposable
{
    private readonly IBooks _books;
    private readonly Source _source;
    private readonly string _node;
    private readonly ILogger _logger;
    private readonly SemaphoreSlim _gate = new(1, 1);
    private readonly List<Numbered> _run = [];
    private JournalReader _reader;
    private long _applied;
    private long _replayTo;

    /// <summary>A pump of one journal.</summary>
    /// <param name="books">Where to.</param>
    /// <param name="source">Where from, and whose it is.</param>
    /// <param name="node">This node.</param>
    /// <param name="applied">The last record that the books have.</param>
    /// <param name="logger">Where records set aside are told.</param>
    internal Pump(
        IBooks books, Source source, string node, long applied, ILogger logger)
    {
        (_books, _source, _node, _applied, _logger) = (books, source, node, applied, logger);
        _reader = source.From(applied + 1);
    }

    /// <summary>Records in one transaction at most.</summary>
    internal int RunLimit { get; init; } = 2048;

    /// <summary>The last record applied.</summary>
    internal long AppliedSeq => Volatile.Read(ref _applied);

    /// <summary>Whether the books have been found to know less than they did.</summary>
    internal bool WentBack => Volatile.Read(ref _replayTo) > 0;

    /// <summary>Called as soon as the books are found to know less than they did.</summary>
    internal Action OnWentBack { get; init; } = static () => { };

    /// <summary>Applies what is written, run by run, until the books have that record or there is no more.</summary>
    /// <param name="until">A record's number.</param>
    /// <returns>The answers' sum: state, and who is pressed or frozen; null when nothing was to be done.</returns>
    /// <exception cref="BillingUnavailableException">The books do not answer: what was not applied is tried
    /// again.</exception>
    internal async Task<PushReply?> PushAsync(long until = long.MaxValue)
    {
        await _gate.WaitAsync();
        try
        {
            PushReply? last = null;
            while (AppliedSeq < until && await PushRunAsync() is { } reply)
            {
                last = reply.After(last);
            }

            return last;
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Goes on from what the books say they have, should that be less than was applied.</summary>
    /// <param name="seq">Their last record.</param>
    internal async Task ResumeAsync(long seq)
    {
        await _gate.WaitAsync();
        try
        {
            if (seq < AppliedSeq)
            {
                GoOnAfter(seq);
            }
        }
        finally
        {
            _gate.Release();
        }
    }

    public void Dispose()
    {
        _reader.Dispose();
        _gate.Dispose();
    }

    private async Task<PushReply?> PushRunAsync()
    {
        while (_run.Count < RunLimit && _reader.TryRead(out var seq, out var entry))
        {
            _run.Add(new(seq, entry));
        }

        if (_run.Count == 0)
        {
            return null;
        }

        var reply = await ApplyAsync();
        if (reply.WentBack)
        {
            // Whatever comes of this journal now may have been paid for by what the books have lost.
            _replayTo = long.MaxValue;
            OnWentBack();
        }

        if (reply.Seq == _run[^1].Seq)
        {
            _run.Clear();
            Volatile.Write(ref _applied, reply.Seq);
        }
        else
        {
            GoOnAfter(reply.Seq);
        }

        return reply;
    }

    private async Task<PushReply> ApplyAsync()
    {
        var order = new PushOrder(_source.Incarnation, _node, _applied, [.. _run])
        {
            IsReplay = _run[0].Seq <= _replayTo,
        };
        try
        {
            return await _books.PushAsync(order);
        }
        catch (BrokenInvariantException error)
        {
            Log.Refused(_logger, error, _source.Incarnation, order.From, order.To);
            return await ApplyOneByOneAsync(order);
        }
    }

    // One of them cannot be applied: the others must not wait for a person.
    private async Task<PushReply> ApplyOneByOneAsync(PushOrder order)
    {
        PushReply? reply = null;
        foreach (var record in order.Records)
        {
            var one = order with
            {
                From = record.Seq - 1,
                Records = [record],
                Problems = OnProblem.SetAside,
                IsReplay = order.IsReplay || reply is { WentBack: true },
            };
            reply = (await SetAsideAsync(one)).After(reply);
            if (reply.Seq != record.Seq)
            {
                return reply;
            }
        }

        return reply!;
    }

    private async Task<PushReply> SetAsideAsync(PushOrder one)
    {
        try
        {
            return await _books.PushAsync(one);
        }
        catch (BrokenInvariantException error)
        {
            Log.SetAside(_logger, error, _source.Incarnation, one.To);
            return await _books.PushAsync(one with { Problems = OnProblem.SetAsideUntried });
        }
    }

    // An answer was lost, or the books went back in time: they alone know what they have.
    private void GoOnAfter(long seq)
    {
        if (seq < _applied)
        {
            Log.WentBack(_logger, _source.Incarnation, _applied, seq);
            _replayTo = long.Max(_replayTo, _applied);
            OnWentBack();
        }

        _run.Clear();
        Volatile.Write(ref _applied, seq);
        _reader.Dispose();
        _reader = _source.From(seq + 1);
    }

    /// <summary>A journal to read from.</summary>
    /// <param name="Disk">Where it lies.</param>
    /// <param name="Incarnation">Whose it is.</param>
    /// <param name="Live">The journal itself while it is being written; null for one left behind.</param>
    internal sealed record Source(IJournalDisk Disk, string Incarnation, Journal? Live = null)
    {
        internal JournalReader From(long seq) => new(Disk, seq, Live);
    }

    private static partial class Log
    {
        [LoggerMessage(2047, LogLevel.Critical,
            "The books refused a run of {Incarnation} after record {From} up to {To}; its records are applied singly")]
        internal static partial void Refused(ILogger logger, Exception error, string incarnation, long from, long to);

        [LoggerMessage(2041, LogLevel.Critical, "Record {Seq} of {Incarnation} is set aside")]
        internal static partial void SetAside(ILogger logger, Exception error, string incarnation, long seq);

        [LoggerMessage(2042, LogLevel.Critical,
            "The books have lost what they had of {Incarnation}: record {Had} was applied, now it is {Seq}: once more")]
        internal static partial void WentBack(ILogger logger, string incarnation, long had, long seq);
    }
}
