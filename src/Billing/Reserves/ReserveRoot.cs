using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Gateway.Core;

namespace Gateway.Billing;

/// <summary>What is published of one day. Signed is <c>gateway-reserves-v1</c>, a newline and the canonical form of all
/// members but <c>signature</c>.</summary>
internal static class ReserveRoot
{
    internal const string DayFormat = "yyyy-MM-dd";

    private const int Version = 1;

    /// <summary>Stands in the published object and beside every path, so that nobody reads more into them.</summary>
    private const string Meaning =
        "An organisation that finds its own figure here knows that it is counted in total_rao. "
        + "It does not prove that there are no other debts, nor that the assets are on the chain: "
        + "they are taken from the gateway's own books.";

    private static ReadOnlySpan<byte> Domain => "gateway-reserves-v1\n"u8;

    internal static byte[] Sign(ReserveCount count, SumTree tree, IReceiptSigner signer) => SignedJson.Sign(
        new()
        {
            ["v"] = Version,
            ["day"] = Text(count.Day),
            ["at"] = count.At.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture),
            ["height"] = count.Height,
            ["depth"] = tree.Depth,
            ["root"] = Convert.ToHexStringLower(tree.Root.Hash),
            ["total_rao"] = tree.Root.Sum.Value,
            ["miner_payable_rao"] = count.MinerPayable.Value,
            ["assets_rao"] = count.Assets.Value,
            ["assets_source"] = "books",
            ["ratio_ppm"] = ReserveCount.RatioPpm(count.Assets, tree.Root.Sum, count.MinerPayable),
            ["meaning"] = Meaning,
        },
        Domain,
        signer);

    /// <summary>What is wrong with a published object; its tree is not looked at.</summary>
    internal static IEnumerable<string> Problems(JsonElement signed, ReceiptCheck.Verifier verify)
    {
        if (SignedJson.Problem(signed, Domain, verify) is { } problem)
        {
            yield return problem;
        }

        var ratio = signed.GetProperty("ratio_ppm");
        long? stated = ratio.ValueKind == JsonValueKind.Null ? null : ratio.GetInt64();
        var (assets, total) = (Amount(signed, "assets_rao"), Amount(signed, "total_rao"));
        if (stated != ReserveCount.RatioPpm(assets, total, Amount(signed, "miner_payable_rao")))
        {
            yield return "The ratio is not assets divided by what is owed.";
        }
    }

    /// <summary>An organisation's own document: its leaf, the way up, and the signed root.</summary>
    internal static JsonObject Proof(OrgId org, ReserveLeaf leaf) => new()
    {
        ["v"] = Version,
        ["day"] = leaf.Day,
        ["org"] = org.ToString(),
        ["rao"] = leaf.Amount.Value,
        ["salt"] = Convert.ToHexStringLower(leaf.Salt),
        ["leaf"] = Convert.ToHexStringLower(SumNode.Leaf(leaf.Salt, org, leaf.Amount).Hash),
        ["path"] = new JsonArray([.. SumPath.Read(leaf.Path).Select(Step)]),
        ["reserves"] = JsonNode.Parse(leaf.Signed),
        ["meaning"] = Meaning,
    };

    internal static string Text(DateOnly day) => day.ToString(DayFormat, CultureInfo.InvariantCulture);

    private static JsonObject Step(SumStep step) => new()
    {
        ["side"] = step.Side == Side.Left ? "left" : "right",
        ["hash"] = Convert.ToHexStringLower(step.Sibling.Hash),
        ["sum_rao"] = step.Sibling.Sum.Value,
    };

    private static Rao Amount(JsonElement signed, string member) => new(signed.GetProperty(member).GetInt64());
}
