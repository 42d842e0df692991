using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Gateway.Billing;

/// <summary>One prepared INSERT for many rows, bound by place: the provider looks every parameter up by its name for
/// every row, which is most of a row's cost. A value that the row before had too stays bound.</summary>
internal sealed class SqliteInsert : IDisposable
{
    private readonly sqlite3 _database;
    private readonly sqlite3_stmt _statement;
    private readonly object?[] _bound;

    internal SqliteInsert(SqliteConnection connection, string table, string[] columns)
    {
        _database = connection.Handle!;
        var places = string.Join(", ", Enumerable.Repeat("?", columns.Length));
        var sql = $"INSERT INTO {table} ({string.Join(", ", columns)}) VALUES ({places})";
        Check(raw.sqlite3_prepare_v2(_database, sql, out _statement));
        _bound = new object?[columns.Length];
    }

    /// <summary>Adds a row of long, string, byte[] and null.</summary>
    /// <exception cref="SqliteException">The store refused it.</exception>
    internal void Add(object?[] row)
    {
        for (var i = 0; i < row.Length; i++)
        {
            if (!Equals(row[i], _bound[i]))
            {
                Check(Bind(i + 1, row[i]));
                _bound[i] = row[i];
            }
        }

        var result = raw.sqlite3_step(_statement);
        raw.sqlite3_reset(_statement);
        if (result != raw.SQLITE_DONE)
        {
            Throw(result);
        }
    }

    public void Dispose() => _statement.Dispose();

    private int Bind(int place, object? value) => value switch
    {
        null => raw.sqlite3_bind_null(_statement, place),
        long number => raw.sqlite3_bind_int64(_statement, place, number),
        string text => raw.sqlite3_bind_text(_statement, place, text),
        byte[] { Length: 0 } => raw.sqlite3_bind_zeroblob(_statement, place, 0),
        byte[] bytes => raw.sqlite3_bind_blob(_statement, place, bytes),
        _ => throw new ArgumentException($"A column cannot be of type {value.GetType().Name}.", nameof(value)),
    };

    private void Check(int result)
    {
        if (result != raw.SQLITE_OK)
        {
            Throw(result);
        }
    }

    private void Throw(int result) => throw new SqliteException(
        raw.sqlite3_errmsg(_database).utf8_to_string(), result & 0xff, raw.sqlite3_extended_errcode(_database));
}
