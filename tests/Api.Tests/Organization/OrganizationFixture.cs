using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Gateway.Api.Access;
using Gateway.Api.Tests.Http;
using Gateway.Core;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;

namespace Gateway.Api.Tests.Organization;

/// <summary>One gateway with an issuer, and organisations whose usage is written as the books have it.</summary>
public sealed class OrganizationFixture : IAsyncLifetime
{
    internal static readonly DateTimeOffset March = new(2026, 3, 1, 0, 0, 0, TimeSpan.Zero);

    private InProcessGateway? _gateway;

    internal InProcessGateway Gateway => _gateway!;

    public async ValueTask InitializeAsync() => _gateway = await InProcessGateway.StartAsync(
        "--Gateway:Invoices:Issuer:Name=Issuer & Söhne <b>", "--Gateway:Invoices:Issuer:Address=1 Main St; Town",
        "--Gateway:Invoices:Issuer:TaxId=CH-1");

    public async ValueTask DisposeAsync() => await Gateway.DisposeAsync();

    /// <summary>A new organisation with that much credit since February 2026, and clients with its keys.</summary>
    internal async Task<Member> NewAsync(string name, long nusd)
    {
        var access = Gateway.Services.GetRequiredService<AccessStore>();
        var org = await access.CreateOrganizationAsync(name, "owner@example.invalid");
        var admin = await access.CreateKeyAsync(org, KeyKind.Admin, "admin");
        var api = await access.CreateKeyAsync(org, KeyKind.Api, "api");
        if (nusd > 0)
        {
            var lot = "lot_" + Guid.CreateVersion7(March.AddDays(-9)).ToString("N");
            await RunAsync(string.Create(CultureInfo.InvariantCulture, $"""
                INSERT INTO org_account (org, available) VALUES ('{org}', {nusd});
                INSERT INTO lot (id, org, n, kind, deposit, rate, rao, nusd, rao_left, nusd_left)
                VALUES ('{lot}', '{org}', 1, 'paid', '0xg/0xb/1', 400000, 2500, {nusd}, 2500, {nusd});
                INSERT INTO deposit (genesis, block_hash, event_index, height, address, org, rao, block_time, state,
                    rate, lot)
                VALUES ('0xg', '0xb{org}', 1, 77, '5Deposit', '{org}', 2500, 1700000000123, 'credited', 400000, '{lot}')
                """));
        }

        return new(org, Gateway.CreateClient(admin), Gateway.CreateClient(api));
    }

    /// <summary>A roll of usage with the money moved, as a push leaves it.</summary>
    internal Task ChargeAsync(
        OrgId org, DateTimeOffset at, long charge, string model = "m", string user = "", string project = "") =>
        RunAsync(string.Create(CultureInfo.InvariantCulture, $"""
            INSERT INTO usage_roll (org, project, key_id, end_user, model, hour, requests, input, cached, output,
                reasoning, images, audio_ms, characters, charge)
            VALUES ('{org}', '{Quoted(project)}', 'key_1', '{Quoted(user)}', '{Quoted(model)}',
                {at.ToUnixTimeSeconds() / 3600}, 1, 10, 2, 3, 1, 0, 0, 0, {charge});
            UPDATE org_account SET available = available - {charge}, spent = spent + {charge} WHERE org = '{org}'
            """));

    private static string Quoted(string text) => text.Replace("'", "''", StringComparison.Ordinal);

    /// <summary>Changes the books as the test says.</summary>
    internal async Task RunAsync(string sql)
    {
        await using var books = new SqliteConnection(
            $"Data Source={Path.Combine(Gateway.DataDirectory, "billing.db")};Pooling=False");
        await books.OpenAsync();
        await using var command = books.CreateCommand();
#pragma warning disable CA2100 // A test's own text.
        command.CommandText = $"BEGIN IMMEDIATE; {sql}; COMMIT";
#pragma warning restore CA2100
        await command.ExecuteNonQueryAsync();
    }
}

/// <summary>An organisation with its keys.</summary>
internal sealed record Member(OrgId Org, HttpClient Admin, HttpClient Api) : IDisposable
{
    public async Task<JsonObject> GetAsync(string path) => JsonNode.Parse(await TextAsync(path))!.AsObject();

    public async Task<string> TextAsync(string path)
    {
        using var answer = await Admin.GetAsync(
            new Uri("v1/organization/" + path, UriKind.Relative), TestContext.Current.CancellationToken);
        var text = Encoding.UTF8.GetString(
            await answer.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
        Assert.True(answer.IsSuccessStatusCode, text);
        return text;
    }

    public void Dispose()
    {
        Admin.Dispose();
        Api.Dispose();
    }
}
