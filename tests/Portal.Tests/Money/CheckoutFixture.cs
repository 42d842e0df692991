using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using Microsoft.Playwright;

namespace Gateway.Portal.Tests.Money;

/// <summary>The program with three sources of TAO's price, somebody signed in, and a chain whose blocks come when they
/// are asked for.</summary>
public sealed class CheckoutFixture : IAsyncLifetime
{
    private const int Sources = 3;

    private WebApplication? _prices;
    private PortalBrowser? _browser;
    private IPage? _first;

    internal PortalBrowser Browser => _browser!;

    internal ChainPayer Chain { get; private set; } = null!;

    /// <summary>A miner's hotkey in subnet 4.</summary>
    internal string Hotkey => (string)Browser.Gateway.DevNet["miners"]![0]!["hotkey"]!;

    public async ValueTask InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        _prices = builder.Build();
        for (var source = 0; source < Sources; source++)
        {
            _prices.Urls.Add("http://127.0.0.1:0");
        }

        _prices.MapGet("/", () => """{"usd":400.00}""");
        await _prices.StartAsync();
        _browser = new PortalBrowser(
        [
            "--Gateway:Rates:Fixed=",
            .. _prices.Urls.SelectMany((url, n) => (string[])
                [$"--Gateway:Rates:Sources:{n}:Url={url}/", $"--Gateway:Rates:Sources:{n}:Path=$.usd"]),
        ]);
        await _browser.InitializeAsync();
        Chain = await ChainPayer.StartAsync((string)Browser.Gateway.DevNet["chainUrl"]!);
        await Chain.SetAsync("stalled", true);
        _first = await _browser.OpenAsync();
        await _browser.SignInAsync(_first);
    }

    /// <summary>A new checkout, as the form on the billing page makes it; where to pay; and a mark that a reload would
    /// lose.</summary>
    internal async Task<(IPage Page, string Address)> OpenAsync(string usd)
    {
        var page = await _first!.Context.NewPageAsync();
        await page.GotoAsync("/billing");
        await page.FillAsync("#amount", usd);
        await page.ClickAsync("button:has-text('Show address')");
        await page.Locator("#checkout[data-state='New']").WaitForAsync();
        await page.EvaluateAsync("() => { window.mark = 1; }");
        return (page, (await page.Locator(".pay code").First.TextContentAsync())!);
    }

    /// <summary>A top-up as the API tells it.</summary>
    internal async Task<JsonNode> ReadTopUpAsync(string id)
    {
        using var client = Browser.Gateway.CreateClient();
        client.DefaultRequestHeaders.Authorization = new("Bearer", Browser.Gateway.AdminKey);
        var text = await client.GetStringAsync(new Uri($"v1/organization/top_ups/{id}", UriKind.Relative));
        return JsonNode.Parse(text)!;
    }

    /// <summary>Changes a store as time or a person would, who take longer than a test has.</summary>
    internal async Task ChangeAsync(string file, string sql, params (string Name, object Value)[] values)
    {
        await using var db = new SqliteConnection($"Data Source={Path.Combine(Browser.Gateway.DataDirectory, file)}");
        await db.OpenAsync();
        await using var command = db.CreateCommand();
#pragma warning disable CA2100 // The tests' own text.
        command.CommandText = sql;
#pragma warning restore CA2100
        foreach (var (name, value) in values)
        {
            command.Parameters.AddWithValue("@" + name, value);
        }

        Assert.True(await command.ExecuteNonQueryAsync() > 0, sql);
    }

    public async ValueTask DisposeAsync()
    {
        if (Chain is not null)
        {
            await Chain.DisposeAsync();
        }

        if (_browser is not null)
        {
            await _browser.DisposeAsync();
        }

        await _prices!.DisposeAsync();
    }
}
