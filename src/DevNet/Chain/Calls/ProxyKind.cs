using Gateway.ChainBridge.Scale;

namespace Gateway.DevNet.Chain.Calls;

/// <summary>What kinds of proxies may call (opentensor/subtensor, runtime/src/lib.rs, InstanceFilter for ProxyType).
/// A kind that is not simulated may call nothing.</summary>
internal static class ProxyKind
{
    public static bool Allows(string kind, ScaleValue.Case call)
    {
        var name = call[0].CaseName;
        return kind switch
        {
            "Any" => true,
            "Transfer" => call.Name == "Balances" || name == "transfer_stake",
            "NonTransfer" => call.Name is not ("Balances" or "Proxy")
                && name is not ("transfer_stake" or "schedule_swap_coldkey" or "swap_coldkey"),
            "Staking" => call.Name == "SubtensorModule"
                && name is "add_stake" or "remove_stake" or "move_stake" or "swap_stake" or "unstake_all",
            "Registration" => call.Name == "SubtensorModule" && name is "burned_register" or "register",
            _ => false,
        };
    }
}
