using Gateway.ChainBridge.Scale;
using Gateway.DevNet.Chain.Runtime;

namespace Gateway.DevNet.Chain.Calls;

/// <summary>Transfers (paritytech/polkadot-sdk, substrate/frame/balances).</summary>
internal static class BalancesCalls
{
    private const string Pallet = "Balances";

    public static IReadOnlyDictionary<string, CallHandler> All { get; } = new Dictionary<string, CallHandler>
    {
        [$"{Pallet}.transfer_allow_death"] = (scope, origin, call) => Transfer(scope, origin, call, keepAlive: false),
        [$"{Pallet}.transfer_keep_alive"] = (scope, origin, call) => Transfer(scope, origin, call, keepAlive: true),
        [$"{Pallet}.transfer_all"] = TransferAll,
    };

    private static DispatchError? Transfer(CallScope scope, Origin origin, ScaleValue.Case call, bool keepAlive) =>
        AccountId.OfAddress(call["dest"]) is { } to
            ? scope.Accounts.Transfer(origin.Who, to, call["value"].ToUInt64(), keepAlive)
            : DispatchError.CannotLookup;

    private static DispatchError? TransferAll(CallScope scope, Origin origin, ScaleValue.Case call)
    {
        if (AccountId.OfAddress(call["dest"]) is not { } to)
        {
            return DispatchError.CannotLookup;
        }

        var keepAlive = call["keep_alive"].ToBoolean();
        var amount = scope.Accounts.Reducible(origin.Who, keepAlive);
        return scope.Accounts.Transfer(origin.Who, to, amount, keepAlive);
    }
}
