using System.Globalization;

namespace Gateway.Api.Portal.SignIn;

/// <summary>What a wallet signs to sign in (after EIP-4361, with a Substrate chain's genesis as its chain): it names
/// this portal, this browser's nonce and a few minutes, so that it is worth nothing anywhere else.</summary>
/// <param name="Domain">The portal's name, from its settings.</param>
/// <param name="Address">Who signs.</param>
/// <param name="Uri">The portal's origin.</param>
/// <param name="Chain">The genesis hash, or the network's name where none is known yet.</param>
/// <param name="Nonce">Of this attempt.</param>
/// <param name="Issued">When it was made.</param>
internal sealed record WalletText(
    string Domain, string Address, string Uri, string Chain, string Nonce, DateTimeOffset Issued)
{
    public override string ToString() => $"""
        {Domain} wants you to sign in with your account:
        {Address}

        Sign in to the gateway's portal. This moves no funds.

        URI: {Uri}
        Version: 1
        Chain ID: {Chain}
        Nonce: {Nonce}
        Issued At: {Text(Issued)}
        Expiration Time: {Text(Issued + Sessions.Attempts.Life)}
        """.ReplaceLineEndings("\n");

    private static string Text(DateTimeOffset time) =>
        time.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
