using Gateway.ChainBridge;
using Gateway.Core;

namespace Gateway.Api.Organization;

/// <summary>Whose address a refund goes to: its key has signed a text that names the organisation. Where a deposit came
/// from proves nothing, since exchanges send from accounts that are theirs.</summary>
internal static class DestinationProof
{
    /// <summary>What the key signs, in a wallet that shows it.</summary>
    public static string TextOf(string destination, OrgId org) => $"Refund destination {destination} of {org}";

    /// <summary>What is wrong with the proof, a sentence with the remedy; null when nothing is.</summary>
    /// <param name="destination">An SS58 address.</param>
    /// <param name="org">Who asks.</param>
    /// <param name="signature">What came with the wish; null: nothing.</param>
    /// <param name="isNeeded">Whether a wish without it is refused.</param>
    public static string? Problem(string destination, OrgId org, string? signature, bool isNeeded)
    {
        var text = TextOf(destination, org);
        if (signature is null)
        {
            return isNeeded
                ? "Prove that the destination is yours: sign the following text with its key, in a wallet, and give "
                    + $"the signature as destination_signature. {text}"
                : null;
        }

        return ChainAddress.HasSigned(destination, text, signature)
            ? null
            : $"destination_signature is not the destination's signature, 0x and 128 hex digits, of this text: {text}";
    }
}
