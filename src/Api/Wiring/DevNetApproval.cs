using Gateway.Billing;
using Gateway.ChainBridge.Payouts;
using Gateway.ChainBridge.Staking;

namespace Gateway.Api.Wiring;

/// <summary>DevNet's two generated approvers, who approve every refund and every move of stake by themselves: a
/// simulated network has nobody else. Each signs what is paid, as a person would.</summary>
internal sealed partial class DevNetApproval(
    SignerSetup setup, PayoutDesk desk, Treasury treasury, TimeProvider time, ILogger<DevNetApproval> logger)
    : BackgroundService
{
    private const string Because = "DevNet: approved by a generated approver";

    private static readonly TimeSpan Every = TimeSpan.FromMilliseconds(500);

    private readonly StakeDesk _stakes = setup.Stakes(time);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                await RoundAsync(stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The end.
        }
    }

    private async Task RoundAsync(CancellationToken cancellationToken)
    {
        try
        {
            foreach (var payout in await desk.WaitingAsync(cancellationToken))
            {
                await ApproveAsync(payout, cancellationToken);
            }

            foreach (var line in _stakes.List().Where(line => line.Stage == OrderStage.Waiting))
            {
                Approve(line.Order);
            }
        }
        catch (Exception failure) when (failure is BillingUnavailableException or IOException)
        {
            Log.Waiting(logger, failure.Message);
        }
    }

    private void Approve(PayoutOrder order)
    {
        foreach (var (person, key) in setup.GeneratedApprovers())
        {
            using (key)
            {
                _ = _stakes.Approve(order.Id, person, key.Prove(order));
            }
        }
    }

    private async Task ApproveAsync(Payout payout, CancellationToken cancellationToken)
    {
        var order = PayoutQueue.ToOrder(payout);
        foreach (var (person, key) in setup.GeneratedApprovers())
        {
            using (key)
            {
                await treasury.ApproveAsync(
                    payout.Id, person, Because, new(key.Prove(order)), cancellationToken);
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(5085, LogLevel.Debug, "The generated approvers wait for the books: {Reason}")]
        internal static partial void Waiting(ILogger logger, string reason);
    }
}
