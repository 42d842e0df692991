using Gateway.Billing;

namespace Gateway.Api.Commands;

/// <summary><c>verify-reserves FILE [KEYS]</c>: checks what <c>GET /v1/organization/reserves</c> served: the leaf, the
/// way to the root, the root's signature; exit code 1 when it does not hold.</summary>
internal static class VerifyReservesCommand
{
    public static Task<int> RunAsync(string[] args) => Verification.RunAsync(
        args,
        "verify-reserves needs FILE, the organisation's document, and may take KEYS, the key set.",
        ReservesCheck.Verify,
        "It proves that this organisation's figure is counted in the published total. It does not prove that there are "
        + "no other debts. Compare the root with the published one: /.well-known/gateway-reserves.json.");
}
