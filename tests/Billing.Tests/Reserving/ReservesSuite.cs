using System.Buffers.Text;
using System.Text.Json.Nodes;
using Gateway.Billing.Tests.Kit;
using Gateway.Core;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Gateway.Billing.Tests.Reserving;

/// <summary>Proof of reserves over real books: one sealed child a store.</summary>
public abstract class ReservesSuite : IAsyncLifetime
{
    private readonly string _directory = Directory.CreateTempSubdirectory("gateway-reserves-").FullName;
    private readonly TestSigner _signer = new();
    private BillingNode? _node;

    private protected static CancellationToken Token => TestContext.Current.CancellationToken;

    private BillingNode Node => _node!;

    public async ValueTask InitializeAsync() =>
        _node = await BillingNode.StartAsync(_directory, await CreateDatabaseAsync(), _signer);

    public async ValueTask DisposeAsync()
    {
        await Node.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
        GC.SuppressFinalize(this);
    }

    protected abstract Task<string> CreateDatabaseAsync();

    [Fact]
    public async Task Every_organisation_finds_its_own_figure_under_the_signed_root()
    {
        var payers = new List<Payer>();
        for (var i = 1; i <= 5; i++)
        {
            payers.Add(await Node.CreditNewAsync(i * 1_000));
        }

        await AwaitingAsync(payers[0].Org, 77);
        await RunAsync("INSERT INTO org_account (org) VALUES (@org)", ("org", "org_" + new string('0', 31) + "1"));
        var reserves = NewReserves();
        Assert.True(await reserves.PublishAsync(Token));

        var root = JsonNode.Parse((await reserves.ListAsync(10, Token)).Single().Span)!;
        Assert.Equal(15_077, (long)root["total_rao"]!);
        Assert.Equal(15_000, (long)root["assets_rao"]!);
        Assert.Equal(15_000L * 1_000_000 / 15_077, (long)root["ratio_ppm"]!);
        Assert.Equal(3, (int)root["depth"]!);
        var expected = new long[] { 1_077, 2_000, 3_000, 4_000, 5_000 };
        foreach (var (payer, rao) in payers.Zip(expected))
        {
            var proof = await ProofAsync(reserves, payer.Org);
            Assert.Equal(rao, (long)proof["rao"]!);
            Assert.Empty(Check(proof));
        }

        Assert.Equal(5, (await Task.WhenAll(payers.Select(payer => ProofAsync(reserves, payer.Org))))
            .Select(proof => (string)proof["salt"]!).Distinct().Count());
        Assert.Null(await reserves.ProofAsync(OrgId.Create(TimeProvider.System), null, Token));
        Assert.Null(await reserves.ProofAsync(payers[0].Org, new DateOnly(2020, 1, 1), Token));
    }

    [Fact]
    public async Task Nothing_in_a_document_can_be_changed_unseen()
    {
        var org = (await Node.CreditNewAsync(1_000)).Org;
        await Node.CreditNewAsync(500);
        await Node.CreditNewAsync(300);
        var reserves = NewReserves();
        await reserves.PublishAsync(Token);
        var proof = await ProofAsync(reserves, org);
        Assert.Empty(Check(proof));

        foreach (var change in Changes())
        {
            var changed = proof.DeepClone().AsObject();
            change(changed);
            Assert.NotEmpty(Check(changed));
        }

        Assert.NotEmpty(ReservesCheck.Verify("[]"u8.ToArray(), Verify));
        Assert.NotEmpty(ReservesCheck.Verify("{"u8.ToArray(), Verify));
        Assert.NotEmpty(ReservesCheck.Verify("{}"u8.ToArray(), Verify));
        var text = proof.ToJsonString();
        Assert.NotEmpty(ReservesCheck.Verify(
            System.Text.Encoding.UTF8.GetBytes(text[..^1] + ",\"rao\":1}"), Verify));
    }

    [Fact]
    public async Task No_byte_of_an_organisations_document_can_be_another()
    {
        var org = (await Node.CreditNewAsync(1_000)).Org;
        await Node.CreditNewAsync(2_000);
        var reserves = NewReserves();
        await reserves.PublishAsync(Token);
        var served = System.Text.Encoding.UTF8.GetBytes((await reserves.ProofAsync(org, null, Token))!);
        Assert.Empty(ReservesCheck.Verify(served, Verify));

        Flips.AssertNoneHolds(served, changed => ReservesCheck.Verify(changed, Verify));
        var proof = System.Text.Encoding.UTF8.GetString(served);
        Assert.NotEmpty(ReservesCheck.Verify(
            System.Text.Encoding.UTF8.GetBytes(proof[..^1] + ",\"extra\":true}"), Verify));
    }

    [Fact]
    public async Task A_day_is_published_once_however_many_try_and_never_changed()
    {
        await Node.CreditNewAsync(1_000);
        var reserves = NewReserves();

        var tries = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Task.Run(
            () => NewReserves().PublishAsync(Token))));

        Assert.Equal(1, tries.Count(isFirst => isFirst));
        var before = (await reserves.ListAsync(10, Token)).Single().ToArray();
        await Node.CreditNewAsync(1_000);
        Assert.False(await reserves.PublishAsync(Token));
        Assert.Equal(before, (await reserves.ListAsync(10, Token)).Single().ToArray());
        foreach (var sql in (string[])[
            "UPDATE reserve_root SET total = 1", "DELETE FROM reserve_root", "UPDATE reserve_leaf SET rao = 1",
            "DELETE FROM reserve_leaf"])
        {
            await Assert.ThrowsAnyAsync<Exception>(() => RunAsync(sql));
        }

        Assert.Equal(before, (await reserves.ListAsync(10, Token)).Single().ToArray());
    }

    [Fact]
    public async Task Before_anybody_has_an_account_an_empty_tree_is_published()
    {
        var reserves = NewReserves();
        Assert.Empty(await reserves.ListAsync(10, Token));

        Assert.True(await reserves.PublishAsync(Token));

        var root = JsonNode.Parse((await reserves.ListAsync(10, Token)).Single().Span)!;
        Assert.Equal((0, 0), ((long)root["total_rao"]!, (int)root["depth"]!));
        Assert.Null(root["ratio_ppm"]);
    }

    [Fact]
    public async Task Payables_and_unpaid_refunds_are_debts_up_to_the_limit_of_64_bits()
    {
        var org = (await Node.CreditNewAsync(1)).Org;
        await AwaitingAsync(org, long.MaxValue - 1_001);
        await Node.Store.WriteAsync(
            async session =>
            {
                await Books.PostAsync(session, "roll", "1",
                    new("miner_payable/4/5Hot", Books.RaoAsset, -300),
                    new("miner_payable/4/5Cold", Books.RaoAsset, -50),
                    new("fx_tao", Books.RaoAsset, 350));
                return 0;
            },
            Token);
        var reserves = NewReserves($"SELECT CAST('{org}' AS text), CAST(1000 AS bigint)");

        Assert.True(await reserves.PublishAsync(Token));

        var root = JsonNode.Parse((await reserves.ListAsync(1, Token)).Single().Span)!;
        Assert.Equal((long.MaxValue, 350), ((long)root["total_rao"]!, (long)root["miner_payable_rao"]!));
        Assert.Empty(Check(await ProofAsync(reserves, org)));
    }

    [Fact]
    public async Task A_total_beyond_64_bits_is_not_published()
    {
        await AwaitingAsync((await Node.CreditNewAsync(1)).Org, long.MaxValue - 1);
        await Node.CreditNewAsync(1);
        var reserves = NewReserves();

        await Assert.ThrowsAsync<OverflowException>(() => reserves.PublishAsync(Token));

        Assert.Empty(await reserves.ListAsync(10, Token));
    }

    [Fact]
    public async Task The_keeper_publishes_when_the_hour_has_come_after_the_roll_up()
    {
        // Its own clock says when; the day is the store's.
        var now = TimeProvider.System.GetUtcNow();
        var time = new FakeTimeProvider(new DateTimeOffset(now.Date.AddHours(3), TimeSpan.Zero));
        var (rolls, fails) = (0, true);
        var reserves = NewReserves();
        using var keeper = new ReservesKeeper(
            reserves,
            new(ReservesSchedule.QuietHour, _ => ++rolls == 1 && fails
                ? throw new BillingUnavailableException("down")
                : Task.CompletedTask),
            time,
            NullLogger<ReservesKeeper>.Instance);

        await keeper.RoundAsync(Token);
        Assert.Equal(0, rolls);
        time.Advance(TimeSpan.FromMinutes(10));
        await keeper.RoundAsync(Token);
        Assert.Empty(await reserves.ListAsync(10, Token));
        await keeper.RoundAsync(Token);
        await keeper.RoundAsync(Token);
        await keeper.RoundAsync(Token);

        Assert.Equal(2, rolls);
        Assert.Single(await reserves.ListAsync(10, Token));
    }

    private static IEnumerable<Action<JsonObject>> Changes()
    {
        foreach (var member in (string[])[
            "rao", "total_rao", "miner_payable_rao", "assets_rao", "height", "depth", "v"])
        {
            yield return proof => Add(member == "rao" ? proof : proof["reserves"]!.AsObject(), member);
        }

        foreach (var member in (string[])["root", "at", "day", "meaning", "kid", "signature", "assets_source"])
        {
            yield return proof => proof["reserves"]![member] = Other((string)proof["reserves"]![member]!);
        }

        foreach (var member in (string[])["salt", "leaf", "org", "day"])
        {
            yield return proof => proof[member] = Other((string)proof[member]!);
        }

        yield return proof => proof["path"]![0]!["hash"] = Other((string)proof["path"]![0]!["hash"]!);
        yield return proof => Add(proof["path"]![1]!.AsObject(), "sum_rao");
        yield return proof => proof["path"]![0]!["side"] =
            (string)proof["path"]![0]!["side"]! == "left" ? "right" : "left";
        yield return proof => proof["path"]!.AsArray().RemoveAt(0);
        yield return proof => proof["path"]!.AsArray().Add(proof["path"]![0]!.DeepClone());
        yield return proof => proof["path"]![0]!["sum_rao"] = -1;
        yield return proof => proof["path"]![0]!["sum_rao"] = long.MaxValue;
        yield return proof => proof["reserves"]!["ratio_ppm"] = null;
        yield return proof => proof["reserves"]!["extra"] = "x";
        yield return proof => proof["rao"] = -1;
        yield return proof => proof.Remove("reserves");
    }

    private static void Add(JsonObject value, string member) => value[member] = (long)value[member]! + 1;

    private static string Other(string text) => (text[0] == '0' ? '1' : '0') + text[1..];

    private IReadOnlyList<string> Check(JsonNode proof) =>
        ReservesCheck.Verify(System.Text.Encoding.UTF8.GetBytes(proof.ToJsonString()), Verify);

    private bool? Verify(string keyId, ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature) =>
        keyId == _signer.KeyId ? _signer.Verify(message.ToArray(), signature.ToArray()) : null;

    private Reserves NewReserves(string? refunds = null) =>
        new(Node.Store, _signer, new FixedSecrets()) { UnpaidRefunds = refunds };

    private static async Task<JsonObject> ProofAsync(Reserves reserves, OrgId org) =>
        JsonNode.Parse((await reserves.ProofAsync(org, null, Token))!)!.AsObject();

    private Task<int> AwaitingAsync(OrgId org, long rao) => RunAsync(
        """
        INSERT INTO deposit (genesis, block_hash, event_index, height, address, org, rao, block_time, state)
        VALUES ('0xgenesis', @hash, 0, 9, '5Deposit', @org, @rao, 0, 'awaiting_rate')
        """,
        ("hash", Base64Url.EncodeToString(Guid.CreateVersion7().ToByteArray())), ("org", org.ToString()), ("rao", rao));

    private Task<int> RunAsync(string sql, params (string Name, object? Value)[] parameters) =>
        Node.Store.WriteAsync(session => session.ExecuteAsync(sql, parameters), Token);
}

public sealed class SqliteReservesTests : ReservesSuite
{
    protected override Task<string> CreateDatabaseAsync() => Task.FromResult("");
}

[Trait("Needs", "postgres")]
public sealed class PostgresReservesTests(PostgresTemplate template) : ReservesSuite, IClassFixture<PostgresTemplate>
{
    protected override Task<string> CreateDatabaseAsync() => template.CopyAsync();
}
