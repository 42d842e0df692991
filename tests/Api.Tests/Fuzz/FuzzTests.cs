using Gateway.Api.Access;
using Gateway.Api.Tests.Http;
using Gateway.Testing.Fuzz;
using Microsoft.Extensions.DependencyInjection;

namespace Gateway.Api.Tests.Fuzz;

/// <summary>A few thousand of the requests of which <c>bench fuzz</c> sends a hundred thousand.</summary>
public sealed class FuzzTests
{
    private const int Requests = 2_000;
    private const int Workers = 16;
    private const long Seed = 1;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Requests_with_faults_get_no_500_and_do_not_hang_and_nothing_is_charged_without_an_answer()
    {
        await using var miner = await FuzzMiner.StartAsync(Token);
        await using var gateway = await InProcessGateway.StartAsync(miner.Settings);
        var run = new FuzzRun(await TargetAsync(gateway), Seed);
        await run.SendAsync(0, Requests, Workers, Token);
        var used = await run.CloseAsync(Token);

        TestContext.Current.SendDiagnosticMessage(
            $"{run.Report}, {run.Report.Unanswered} closed, slowest {run.Report.Slowest}, {used} nUSD");
        Assert.True(run.Report.Violated == 0, string.Join("\n\n", run.Report.Violations));
        Assert.Equal(run.Report.Charged, used);
        Assert.InRange(run.Report.Statuses.GetValueOrDefault(200), Requests / 20, Requests);
        Assert.InRange(used, 1, long.MaxValue);
    }

    private static async Task<FuzzTarget> TargetAsync(InProcessGateway gateway)
    {
        var access = gateway.Services.GetRequiredService<AccessStore>();
        var other = await access.CreateOrganizationAsync("other", "other@example.invalid");
        return new(
            gateway.Client.BaseAddress!,
            (string)gateway.DevNet["apiKey"]!,
            await access.CreateKeyAsync(other, KeyKind.Admin, "admin"),
            await access.CreateKeyAsync(other, KeyKind.Api, "api"),
            await FuzzTarget.DocumentAsync(gateway.Client.BaseAddress!));
    }
}
