using Gateway.Api.Hosting;

namespace Gateway.Api.Wiring;

/// <summary>Accounts of the operator's that the settings name: nobody is paid there.</summary>
internal static class OwnAccounts
{
    public static IReadOnlyList<string> Of(GatewaySettings settings) =>
    [
        .. new[] { settings.Signer.Cold, settings.Chain.DepositParent, settings.Chain.PoolSigner }
            .Concat(settings.Signer.Signatories).OfType<string>(),
    ];
}
