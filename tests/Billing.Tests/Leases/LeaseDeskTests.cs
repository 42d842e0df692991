using Gateway.Billing.Tests.Kit;

namespace Gateway.Billing.Tests.Leases;

public sealed class LeaseDeskTests
{
    [Fact]
    public async Task Who_waits_for_books_that_do_not_answer_waits_once_and_whoever_comes_later_asks_again()
    {
        var folder = Directory.CreateTempSubdirectory("gateway-billing-");
        var store = default(CrossedStore);
        await using (var node = await BillingNode.StartAsync(folder.FullName, "", wrap: inner => store = new(inner)))
        {
            var payer = await node.CreditNewAsync(100_000_000);
            var (answer, asked) = (new TaskCompletionSource(), 0);
            store!.BeforeWrite = () =>
            {
                asked++;
                return answer.Task;
            };
            var waiting = Enumerable.Range(0, 20).Select(_ => node.ReserveAsync(payer, node.Quote(10, 20))).ToArray();

            answer.SetException(new BillingUnavailableException("cut off"));

            Assert.All(await Task.WhenAll(waiting), one => Assert.IsType<Reserved.Unavailable>(one));
            Assert.Equal(1, asked);
            Assert.IsType<Reserved.Unavailable>(await node.ReserveAsync(payer, node.Quote(10, 20)));
            Assert.Equal(2, asked);
            store.BeforeWrite = null;
            Assert.IsType<Reserved.Held>(await node.ReserveAsync(payer, node.Quote(10, 20)));
        }

        folder.Delete(recursive: true);
    }

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
