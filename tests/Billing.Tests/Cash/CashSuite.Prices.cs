using System.Text;
using Gateway.Core;

namespace Gateway.Billing.Tests.Cash;

public abstract partial class CashSuite
{
    private const string First = """
        { "currency": "USD", "models": {
            "m": { "input_per_million_tokens": "0.02", "output_per_million_tokens": "0.06" },
            "n": { "input_per_million_tokens": "1", "output_per_million_tokens": "2", "per_image": "0.04" } } }
        """;

    private PriceDesk Desk => new(Store);

    [Fact]
    public async Task An_exported_book_imports_as_unchanged_and_a_changed_price_is_one_new_version()
    {
        var first = await ImportAsync(First);
        Assert.Equal(["m", "n"], first.Added);

        var again = await ImportAsync(await Desk.ExportAsync(Token));
        Assert.Equal(["m", "n"], again.Unchanged);
        Assert.Empty(again.Added);

        var changed = await ImportAsync(First.Replace("\"0.06\"", "\"0.07\"", StringComparison.Ordinal), " Ada ", "up");
        Assert.Equal(["m"], changed.Added);
        Assert.Equal(["n"], changed.Unchanged);
        Assert.Equal(3, await NumberAsync("SELECT count(*) FROM price_version"));
        Assert.Equal("ada|up|70000", await TextAsync("""
            SELECT c.author || '|' || c.reason || '|' || CAST(v.output AS TEXT)
            FROM price_change c JOIN price_version v ON v.id = c.version WHERE c.before IS NOT NULL
            """));
        Assert.Contains("\"output_per_million_tokens\":\"0.06\"",
            await TextAsync("SELECT before FROM price_change WHERE before IS NOT NULL"), StringComparison.Ordinal);
        var book = new PriceBook(Store, NoOptions);
        await book.LoadAsync(Token);
        Assert.True(book.TryGet(new("n"), out var version));
        Assert.Equal(new TokenPrice(40_000_000_000), version.Prices.Image);
    }

    [Fact]
    public async Task An_outlook_reckons_the_last_days_anew_from_what_was_used()
    {
        await PriceAsync("0.001");
        var model = await TextAsync("SELECT max(model) FROM price_version");
        var org = await FundAsync(1_000, 400_000);
        await SpendAsync(org, 30_000);
        await SpendAsync(org, 10_000);
        var file = $$"""
            { "currency": "USD", "models": { "{{model}}": {
                "input_per_million_tokens": "0.002", "output_per_million_tokens": "0.002" } } }
            """;
        var (used, output) = (
            await NumberAsync("SELECT sum(input) FROM usage_record"),
            await NumberAsync("SELECT sum(output) FROM usage_record"));

        var outlook = await Desk.OutlookAsync(Encoding.UTF8.GetBytes(file), Token);

        var effect = Assert.Single(outlook.Effects);
        Assert.Equal((2, 40_000), (effect.Requests, effect.Charged.Value));
        Assert.Equal((used + output) * 2, effect.Then.Value);
        Assert.NotEqual(effect.Now, effect.Then);
        Assert.Equal("0.002", effect.Parts.Single(part => part.Part == "output_per_million_tokens").After);
        Assert.Empty(outlook.Refused);
        var wrong = await Desk.OutlookAsync("{}"u8.ToArray(), Token);
        Assert.Empty(wrong.Effects);
        Assert.NotEmpty(wrong.Refused);
    }

    [Fact]
    public async Task What_waits_and_what_changed_is_told_with_who_and_why()
    {
        await ImportAsync(First, "ada", "first");
        var large = First.Replace("\"0.06\"", "\"0.6\"", StringComparison.Ordinal);
        Assert.Equal(["m"], (await ImportAsync(large, "ada", "dearer")).Pending);
        var waiting = Assert.Single(await Desk.WaitingAsync(Token));
        Assert.Equal(("ada", "dearer"), (waiting.Author, waiting.Reason));
        var outlook = await Desk.OutlookAsync(Encoding.UTF8.GetBytes(waiting.File), Token);
        Assert.True(outlook.Effects.Single(effect => effect.Model.Value == "m").NeedsSecondPerson);
        Assert.Empty(outlook.Effects.Single(effect => effect.Model.Value == "n").Parts);

        Assert.Equal(["m"], (await Desk.ImportAsync(
            Encoding.UTF8.GetBytes(waiting.File), "ben", "agreed", approve: true, Token)).Added);

        Assert.Empty(await Desk.WaitingAsync(Token));
        var history = await Desk.HistoryAsync(2, null, Token);
        Assert.Equal(("m", "ada", "ben", "dearer"),
            (history[0].Model.Value, history[0].Author, history[0].Approver, history[0].Reason));
        Assert.Contains(new PricePart("output_per_million_tokens", "0.06", "0.6"), history[0].Parts);
        Assert.Equal(2, history.Count);
        Assert.Single(await Desk.HistoryAsync(2, history[1].Version, Token));
    }

    [Fact]
    public async Task With_one_error_nothing_of_a_file_holds_and_every_error_is_named()
    {
        var result = await ImportAsync("""
            { "currency": "EUR", "extra": 1, "models": {
                "good": { "input_per_million_tokens": "1", "output_per_million_tokens": "1" },
                "auto": { "input_per_million_tokens": "1", "output_per_million_tokens": "1" },
                "a.b": { "input_per_million_tokens": 0.5, "output_per_million_tokens": "-1",
                    "per_image": "10.000000000001", "per_charm": "1", "miner_share_ppm": 1000001 },
                "c": [] } }
            """);

        Assert.Empty(result.Added);
        Assert.Equal(
            [
                "$.currency:", "$.extra:", "$.models.auto:", "$.models.c:",
                "$.models['a.b'].input_per_million_tokens:", "$.models['a.b'].miner_share_ppm:",
                "$.models['a.b'].output_per_million_tokens:", "$.models['a.b'].per_charm:",
                "$.models['a.b'].per_image:",
            ],
            result.Refused.Select(text => text[..(text.IndexOf(": ", StringComparison.Ordinal) + 1)])
                .Order(StringComparer.Ordinal));
        Assert.Equal(0, await NumberAsync("SELECT count(*) FROM price_version"));
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("{")]
    [InlineData("{ \"currency\": \"USD\", \"currency\": \"USD\", \"models\": {} }")]
    [InlineData("{ \"currency\": \"USD\" }")]
    [InlineData("{ \"currency\": \"USD\", \"models\": { \"m\": { \"input_per_million_tokens\": \"1\" } } }")]
    public async Task What_is_no_price_file_is_refused(string text) =>
        Assert.NotEmpty((await ImportAsync(text)).Refused);

    [Theory]
    [InlineData("0.06", "0.18", false)]
    [InlineData("0.06", "0.180001", true)]
    [InlineData("0.06", "0.02", false)]
    [InlineData("0.06", "0.019999", true)]
    [InlineData("0.06", "0", true)]
    [InlineData("0", "0.000001", true)]
    [InlineData("0", "0", false)]
    public async Task A_step_beyond_three_times_or_from_or_to_zero_needs_a_second_person(
        string before, string after, bool isLarge)
    {
        await ImportAsync(File(before));

        var result = await ImportAsync(File(after));

        Assert.Equal(isLarge, result.Pending.Count == 1);
        Assert.Equal(isLarge || before == after ? 1 : 2, await NumberAsync("SELECT count(*) FROM price_version"));

        static string File(string output) => $$"""
            { "currency": "USD", "models": { "m": {
                "input_per_million_tokens": "1", "output_per_million_tokens": "{{output}}" } } }
            """;
    }

    [Fact]
    public async Task A_large_step_holds_once_another_person_approves_the_same_content()
    {
        await ImportAsync(First);
        var typo = First.Replace("\"0.06\"", "\"6\"", StringComparison.Ordinal);
        Assert.Equal(["m"], (await ImportAsync(typo, "ada", "per request of sales")).Pending);
        Assert.Equal(["m"], (await ImportAsync(typo, "eve", "once more")).Pending);

        Assert.NotEmpty((await ImportAsync(typo, "ADA ", "me too", approve: true)).Refused);
        Assert.NotEmpty((await ImportAsync(
            typo.Replace("\"6\"", "\"60\"", StringComparison.Ordinal), "bob", "ok", approve: true)).Refused);
        Assert.Equal(2, await NumberAsync("SELECT count(*) FROM price_version"));

        var reformatted = typo.Replace(" ", "", StringComparison.Ordinal);
        Assert.Equal(["m"], (await ImportAsync(reformatted, "bob", "ok", approve: true)).Added);

        Assert.Equal("ada|bob|per request of sales", await TextAsync(
            "SELECT author || '|' || approver || '|' || reason FROM price_change WHERE approver IS NOT NULL"));
        Assert.NotEmpty((await ImportAsync(typo, "bob", "ok", approve: true)).Refused);
    }

    [Fact]
    public async Task The_record_of_prices_cannot_be_changed()
    {
        await ImportAsync(First);
        foreach (var sql in new[]
        {
            "UPDATE price_change SET author = 'x'", "DELETE FROM price_change", "UPDATE price_version SET author = 'x'",
        })
        {
            await Assert.ThrowsAnyAsync<Exception>(() => ExecuteAsync(sql));
        }
    }

    [Fact]
    public async Task Imports_at_once_make_one_version_of_a_price()
    {
        await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Task.Run(() => ImportAsync(First), Token)));

        Assert.Equal(2, await NumberAsync("SELECT count(*) FROM price_version"));
    }

    private static BillingOptions NoOptions { get; } = new() { DataDirectory = "" };

    private Task<PriceImport> ImportAsync(
        string text, string author = "ada", string reason = "first prices", bool approve = false) =>
        Desk.ImportAsync(Encoding.UTF8.GetBytes(text), author, reason, approve, Token);
}
