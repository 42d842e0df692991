using System.Diagnostics;
using Gateway.Api.Tests.Http;
using Gateway.Api.Wiring;
using Gateway.Billing;
using Gateway.ChainBridge.Payouts;
using Gateway.ChainBridge.Staking;
using Gateway.Core;
using Microsoft.Extensions.DependencyInjection;

namespace Gateway.Api.Tests.Organization;

/// <summary>A request to stake, all the way through the gateway's own process: asked for, approved by DevNet's
/// generated approvers, signed, final, and in the books.</summary>
public sealed class StakeTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_request_to_stake_is_approved_carried_out_and_booked_as_our_own_money()
    {
        await using var gateway = await InProcessGateway.StartAsync("--Gateway:DevNet:BlockTime=00:00:00.1");
        var desk = gateway.Services.GetRequiredService<SignerSetup>().Stakes(TimeProvider.System);
        var miner = gateway.DevNet["miners"]![0]!;
        var place = new StakePlace(
            new NetUid((ushort)(int)miner["netuid"]!), new Hotkey((string)miner["hotkey"]!));
        var books = gateway.Services.GetRequiredService<PayoutDesk>();

        var order = desk.Ask(new StakeWish(OrderKind.StakeAdd, place, new(1_000_000_000)), "operator");
        var clock = Stopwatch.StartNew();
        while (desk.Find(order.Id)!.Stage != OrderStage.Paid)
        {
            Assert.True(clock.Elapsed < Patience, desk.Find(order.Id)!.ToString());
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, Token);
        }

        // The faucet's gift of 100 TAO is our own; of it a TAO is staked, and the fee paid.
        Assert.InRange((await books.OwnRaoAsync(Token)).Value, 98_990_000_000, 98_999_999_999);
        var line = Assert.Single(desk.List());
        Assert.Equal(
            ["devnet-approver-1", "devnet-approver-2"], line.Order.Approvals.Select(approval => approval.Person));
    }
}
