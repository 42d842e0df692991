using Gateway.Billing.Tests.Kit;
using Gateway.Core;
using Microsoft.Extensions.Time.Testing;

namespace Gateway.Billing.Tests.Accounting;

/// <summary>What statements say of rows in the books: one sealed child a store.</summary>
public abstract partial class StatementsSuite : IAsyncLifetime
{
    private static readonly DateTimeOffset March = new(2026, 3, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly string _directory = Directory.CreateTempSubdirectory("gateway-statements-").FullName;
    private readonly FakeTimeProvider _time = new(March);
    private BillingNode? _node;

    private protected static CancellationToken Token => TestContext.Current.CancellationToken;

    private BillingNode Node => _node!;

    private Statements Statements => Node.Statements;

    public async ValueTask InitializeAsync() =>
        _node = await BillingNode.StartAsync(_directory, await CreateDatabaseAsync(), time: _time);

    public async ValueTask DisposeAsync()
    {
        await Node.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
        GC.SuppressFinalize(this);
    }

    protected abstract Task<string> CreateDatabaseAsync();

    private Task<int> RunAsync(string sql, params (string Name, object? Value)[] parameters) =>
        Node.Store.WriteAsync(session => session.ExecuteAsync(sql, parameters), Token);

    private async Task<OrgId> OrgAsync(long credit)
    {
        var org = OrgId.Create(TimeProvider.System);
        await RunAsync("INSERT INTO org_account (org) VALUES (@org)", ("org", org.ToString()));
        await (credit > 0 ? Node.Ledger.CreditAsync(Some.Transfer(org, credit), Token) : Task.CompletedTask);
        return org;
    }

    /// <summary>A roll as the push leaves it, and the money moved with it.</summary>
    private async Task ChargeAsync(OrgId org, DateTimeOffset at, long charge, Roll? roll = null)
    {
        roll ??= new();
        await RunAsync(
            """
            INSERT INTO usage_roll (org, project, key_id, end_user, model, hour, requests, input, cached, output,
                reasoning, images, audio_ms, characters, charge)
            VALUES (@org, @project, @key, @user, @model, @hour, 1, @input, 2, 3, 1, 4, 5, 6, @charge)
            """,
            ("org", org.ToString()), ("project", roll.Project), ("key", roll.Key), ("user", roll.User),
            ("model", roll.Model), ("hour", at.ToUnixTimeSeconds() / 3600), ("input", roll.Input), ("charge", charge));
        await RunAsync(
            "UPDATE org_account SET available = available - @charge, spent = spent + @charge WHERE org = @org",
            ("charge", charge), ("org", org.ToString()));
    }

    private sealed record Roll(
        string Project = "", string Key = "key_a", string User = "", string Model = "unit", long Input = 10);
}

public sealed class SqliteStatementsTests : StatementsSuite
{
    protected override Task<string> CreateDatabaseAsync() => Task.FromResult("");
}

[Trait("Needs", "postgres")]
public sealed class PostgresStatementsTests(PostgresTemplate template)
    : StatementsSuite, IClassFixture<PostgresTemplate>
{
    protected override Task<string> CreateDatabaseAsync() => template.CopyAsync();
}
