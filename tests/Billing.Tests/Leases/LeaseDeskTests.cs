using Gateway.Billing.Tests.Kit;

namespace Gateway.Billing.Tests.Leases;

public sealed class LeaseDeskTests
{
    [Fact]
    public async Task A_grant_is_in_the_journal_before_anybody_can_spend_it()
    {
        var folder = Directory.CreateTempSubdirectory("gateway-billing-");
        var journals = new MemoryJournals();
        await using (var node = await BillingNode.StartAsync(folder.FullName, "", journals: journals))
        {
            var payer = await node.CreditNewAsync(100_000_000);
            var (lease, seen) = (node.Replica.Current!.Leases.Credit(payer.Org), new List<long>());
            journals.Journal!.Signal = () =>
            {
                seen.Add(lease.Free);
                journals.Journal.WriteGroup();
            };

            await node.HoldAsync(payer, 10, 20);

            Assert.Equal([0], seen);
            Assert.True(lease.Free > 0);
        }

        folder.Delete(recursive: true);
    }
}
