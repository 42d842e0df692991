using System.Globalization;
using Gateway.Core;
using Gateway.Testing;
using Microsoft.Data.Sqlite;

namespace Gateway.Conformance.Tests;

/// <summary>A proof of reserves is checked by code that shares nothing with the gateway: Node's crypto.</summary>
[Trait("Needs", "node")]
public sealed class ReservesTests
{
    private const int Others = 9;

    [Fact]
    public async Task A_leaf_leads_to_the_published_root_and_any_change_is_noticed()
    {
        var directory = GatewayProcess.NewDataDirectory();
        await AddOthersAsync(directory);
        await using var gateway = await GatewayProcess.StartReadyAsync(directory);

        var seen = await GatewayScript.RunAsync("reserves.mjs", gateway, gateway.AdminKey);

        // The demo organisation's 5 USD at 400 USD per TAO, and 1 to 9 rao of the others: ten leaves, 16 places.
        Assert.True((bool)seen["holds"]!);
        Assert.True((bool)seen["isPublished"]!);
        Assert.Equal((4, 12_500_000, 12_500_045), ((int)seen["depth"]!, (long)seen["rao"]!, (long)seen["total"]!));
        Assert.Empty(seen["unnoticed"]!.AsArray());
    }

    // Before the first start, since a day is published once.
    private static async Task AddOthersAsync(string directory)
    {
        await using var migrate = GatewayProcess.Start(directory, "migrate");
        Assert.Equal(0, await migrate.WaitForExitAsync(TestContext.Current.CancellationToken));
        await using var books = new SqliteConnection(
            $"Data Source={Path.Combine(directory, "billing.db")};Pooling=False");
        await books.OpenAsync(TestContext.Current.CancellationToken);
        for (var rao = 1; rao <= Others; rao++)
        {
            await using var command = books.CreateCommand();
            var org = OrgId.Create(TimeProvider.System).ToString();
#pragma warning disable CA2100 // A test's own text.
            command.CommandText = string.Create(CultureInfo.InvariantCulture, $"""
                INSERT INTO org_account (org, available) VALUES ('{org}', {rao});
                INSERT INTO lot (id, org, n, kind, rate, rao, nusd, rao_left, nusd_left)
                VALUES ('lot_{rao}', '{org}', 1, 'paid', 1000, {rao}, {rao}, {rao}, {rao})
                """);
#pragma warning restore CA2100
            await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        }
    }
}
