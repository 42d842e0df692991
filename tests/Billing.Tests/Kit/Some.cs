using System.Globalization;
using Gateway.Core;

namespace Gateway.Billing.Tests.Kit;

/// <summary>Ordinary values where a test does not care.</summary>
internal static class Some
{
    internal static readonly DateTimeOffset Noon = new(2026, 3, 4, 12, 0, 0, 250, TimeSpan.Zero);

    private static int _blocks;

    internal static RequestFacts Facts { get; } =
        new("/v1/chat/completions", BillingNode.Model, "default", Noon, Noon.AddSeconds(2));

    /// <summary>A transfer of its own block, one nano-USD a rao.</summary>
    internal static FinalizedTransfer Transfer(OrgId org, long rao, int eventIndex = 0)
    {
        var height = Interlocked.Increment(ref _blocks);
        var hash = "0x" + height.ToString("x64", CultureInfo.InvariantCulture);
        return new("0xgenesis", hash, height, eventIndex, "5Deposit", org, new(rao), new(1_000), Noon);
    }

    internal static Delivered Delivery(long input, long output, Ending ending = Ending.Complete) =>
        Delivery(new Usage(input, 0, output, 0), ending);

    internal static Delivered Delivery(Usage usage, Ending ending = Ending.Complete, ModelId? model = null) => new(
        ending, ending == Ending.Failed ? null : model ?? BillingNode.Model, usage, false, "stop", [], Facts);
}
