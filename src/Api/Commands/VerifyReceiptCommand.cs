using Gateway.Billing;

namespace Gateway.Api.Commands;

/// <summary><c>verify-receipt FILE [KEYS]</c>: checks a receipt with nothing but the published keys; exit code 1 when
/// it does not hold.</summary>
internal static class VerifyReceiptCommand
{
    public static Task<int> RunAsync(string[] args) => Verification.RunAsync(
        args, "verify-receipt needs FILE, the receipt, and may take KEYS, the key set.", ReceiptCheck.Verify);
}
