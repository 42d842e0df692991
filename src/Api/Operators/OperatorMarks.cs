using System.Text.Json.Nodes;
using Gateway.Api.Access;
using Gateway.Api.Audit;
using Microsoft.EntityFrameworkCore;

namespace Gateway.Api.Operators;

/// <summary>Keeps the operator's word: stored with its row of the audit log in one transaction, and in memory for
/// everything that obeys it.</summary>
internal sealed class OperatorMarks(IDbContextFactory<AccessDb> contexts, AuditTrail trail, TimeProvider time)
    : IDisposable
{
    /// <summary>The longest reason.</summary>
    public const int MaxReason = 500;

    private readonly SemaphoreSlim _loading = new(1);
    private volatile OperatorWord _current = OperatorWord.None;

    /// <summary>What holds now: the same reference until something was said. Read on every request.</summary>
    public OperatorWord Current => _current;

    /// <summary>Says something, or takes it back; in force in this process when it returns.</summary>
    /// <param name="kind">One of <see cref="OperatorWord"/>'s.</param>
    /// <param name="subject">Of what.</param>
    /// <param name="holds">Whether it holds from now on.</param>
    /// <param name="word">Who says it, as he is shown beside it, and why: at most <see cref="MaxReason"/>
    /// characters.</param>
    /// <param name="actor">Who, for the audit log.</param>
    /// <returns>False when it was so already.</returns>
    public async Task<bool> SetAsync(
        string kind, string subject, bool holds, (string Person, string Because) word, Actor actor)
    {
        var changed = await trail.ActAsync(AuditTrail.Operator, actor, async act =>
        {
            var row = await act.Db.OperatorMarks.FindAsync(kind, subject);
            if (row is not null == holds)
            {
                return false;
            }

            if (row is not null)
            {
                act.Db.Remove(row);
            }
            else
            {
                act.Db.Add(new OperatorMarkRow
                {
                    Kind = kind,
                    Subject = subject,
                    Person = word.Person,
                    Because = word.Because,
                    At = time.GetUtcNow().ToUnixTimeMilliseconds(),
                });
            }

            act.Note(new(TypeOf(kind, holds), subject, null, new JsonObject { ["reason"] = word.Because }));
            return true;
        });
        await LoadAsync(CancellationToken.None);
        return changed;
    }

    /// <summary>Reads what is stored; another process may have said something.</summary>
    public async Task LoadAsync(CancellationToken cancellationToken)
    {
        await _loading.WaitAsync(cancellationToken);
        try
        {
            await using var db = await contexts.CreateDbContextAsync(cancellationToken);
            var rows = await db.OperatorMarks.AsNoTracking().OrderBy(row => row.Kind).ThenBy(row => row.Subject)
                .ToListAsync(cancellationToken);
            var marks = rows.ConvertAll(row => new OperatorMark(
                row.Kind, row.Subject, row.Person, row.Because, DateTimeOffset.FromUnixTimeMilliseconds(row.At)));
            if (!marks.SequenceEqual(_current.Marks))
            {
                _current = new(marks);
            }
        }
        finally
        {
            _loading.Release();
        }
    }

    public void Dispose() => _loading.Dispose();

    private static string TypeOf(string kind, bool holds) => (kind, holds) switch
    {
        (OperatorWord.Quarantine, true) => "miner.quarantined",
        (OperatorWord.Quarantine, false) => "miner.released",
        (OperatorWord.SubnetOff, true) => "subnet.disabled",
        (OperatorWord.SubnetOff, false) => "subnet.enabled",
        (_, true) => "feature.disabled",
        (_, false) => "feature.enabled",
    };
}
