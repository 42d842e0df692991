using System.Text;
using System.Text.Json;
using Gateway.Core;

namespace Gateway.Billing;

/// <summary>Checks an organisation's document by itself, without the books: its leaf, the way from there to the
/// published root, and the root's signature. What holds proves that the organisation's figure is counted; not that
/// there are no other debts.</summary>
public static class ReservesCheck
{
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

    /// <summary>Checks everything and returns what is wrong, a sentence each; empty when the document holds.</summary>
    /// <param name="json">What <c>GET /v1/organization/reserves</c> served, UTF-8.</param>
    /// <param name="verify">Checks an Ed25519 signature by a known key.</param>
    public static IReadOnlyList<string> Verify(ReadOnlyMemory<byte> json, ReceiptCheck.Verifier verify)
    {
        try
        {
            using var document = JsonDocument.Parse(json, Strict);
            var proof = document.RootElement;
            var signed = proof.GetProperty("reserves");
            return
            [
                .. FormProblems(proof, signed), .. LeafProblems(proof), .. RootProblems(proof, signed),
                .. ReserveRoot.Problems(signed, verify),
            ];
        }
        catch (Exception failure) when (
            failure is JsonException or FormatException or KeyNotFoundException or InvalidOperationException)
        {
            return ["It is no proof of reserves: a member is missing or of another type."];
        }
        catch (Exception failure) when (failure is OverflowException or ArgumentOutOfRangeException)
        {
            return ["A number in it is out of range: no sum of the tree may be negative or pass 63 bits."];
        }
    }

    // Only the root is signed; everything beside it follows from the leaf and the path, to the letter.
    private static IEnumerable<string> FormProblems(JsonElement proof, JsonElement signed)
    {
        _ = OrgId.TryParse(proof.GetProperty("org").GetString(), out var org);
        var leaf = new ReserveLeaf(
            proof.GetProperty("day").GetString() ?? "",
            new(proof.GetProperty("rao").GetInt64()),
            Hash(proof, "salt"),
            SumPath.Write([.. proof.GetProperty("path").EnumerateArray().Take(SumPath.MaxSteps).Select(ReadStep)]),
            Encoding.UTF8.GetBytes(signed.GetRawText()));
        var served = JsonSerializer.SerializeToElement(ReserveRoot.Proof(org, leaf));
        if (!CanonicalJson.Write(served, numbersAsStrings: false).AsSpan()
            .SequenceEqual(CanonicalJson.Write(proof, numbersAsStrings: false)))
        {
            yield return "It is not as it was served: a member was changed, added or taken away.";
        }
    }

    private static IEnumerable<string> LeafProblems(JsonElement proof)
    {
        if (!LeafOf(proof).Hash.AsSpan().SequenceEqual(Hash(proof, "leaf")))
        {
            yield return "The leaf is not the hash of this organisation, amount and salt.";
        }
    }

    private static IEnumerable<string> RootProblems(JsonElement proof, JsonElement signed)
    {
        if (proof.GetProperty("day").GetString() != signed.GetProperty("day").GetString())
        {
            yield return "The path is of another day than the root.";
        }

        var path = proof.GetProperty("path");
        if (path.GetArrayLength() > SumPath.MaxSteps || path.GetArrayLength() != signed.GetProperty("depth").GetInt32())
        {
            yield return "The path has not the tree's length.";
            yield break;
        }

        var root = SumPath.Root(LeafOf(proof), path.EnumerateArray().Select(ReadStep));
        if (!root.Hash.AsSpan().SequenceEqual(Hash(signed, "root")))
        {
            yield return "The path does not lead from the leaf to the published root.";
        }

        if (root.Sum.Value != signed.GetProperty("total_rao").GetInt64())
        {
            yield return "The sums along the path are not the published total.";
        }
    }

    private static SumNode LeafOf(JsonElement proof)
    {
        var salt = Hash(proof, "salt");
        return OrgId.TryParse(proof.GetProperty("org").GetString(), out var org)
            ? SumNode.Leaf(salt, org, new(proof.GetProperty("rao").GetInt64()))
            : throw new FormatException("The organisation's id is malformed.");
    }

    private static SumStep ReadStep(JsonElement step) => new(
        step.GetProperty("side").GetString() switch
        {
            "left" => Side.Left,
            "right" => Side.Right,
            _ => throw new FormatException("A sibling stands left or right."),
        },
        new(Hash(step, "hash"), new(step.GetProperty("sum_rao").GetInt64())));

    // A salt has the size of a hash.
    private static byte[] Hash(JsonElement value, string member)
    {
        var bytes = Convert.FromHexString(value.GetProperty(member).GetString() ?? "");
        return bytes.Length == SumNode.HashSize ? bytes : throw new FormatException("A hash has 32 bytes.");
    }
}
