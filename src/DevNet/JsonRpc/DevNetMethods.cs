using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Gateway.DevNet.Chain.Runtime;
using Gateway.DevNet.Faults;

namespace Gateway.DevNet.JsonRpc;

/// <summary>What no real node has: the faucet, and faults on request.</summary>
internal static class DevNetMethods
{
    private const int MostBlocks = 1000;

    public static IReadOnlyDictionary<string, RpcHandler> All { get; } = new Dictionary<string, RpcHandler>
    {
        ["devnet_status"] = Status,
        ["devnet_faucet"] = call =>
            AuthorMethods.Require(call.View.Faucet.Send(call.Account(0), Amount(call, 1))).Hash.ToString(),
        ["devnet_produce"] = Produce,
        ["devnet_reorg"] = Reorg,
        ["devnet_upgrade"] = Upgrade,
        ["devnet_transferWithoutExtrinsic"] = Transfer,
        ["devnet_setChain"] = SetChain,
        ["devnet_setPort"] = SetPort,
    };

    private static JsonObject Status(RpcCall call) => new()
    {
        ["simulator"] = true,
        ["best"] = call.Chain.Best.Number,
        ["finalized"] = call.Chain.Finalized.Number,
        ["specVersion"] = call.Chain.Best.Runtime.SpecVersion,
        ["finalityLag"] = call.Chain.FinalityLag,
        ["stalled"] = call.Chain.IsStalled,
        ["finalityStalled"] = call.Chain.IsFinalityStalled,
        ["calls"] = new JsonArray([.. CallTable.Names.Select(name => JsonValue.Create(name))]),
    };

    private static JsonNode Produce(RpcCall call)
    {
        var count = call[0] is null ? 1 : call.Count(0);
        if (count is 0 or > MostBlocks)
        {
            throw RpcException.Invalid($"1 to {MostBlocks} blocks can be made at once");
        }

        for (var i = 1; i < count; i++)
        {
            _ = call.Chain.Produce();
        }

        return call.Chain.Produce().Hash.ToString();
    }

    // Parameters: depth, and whether the transactions come back (the default) or vanish.
    private static JsonNode Reorg(RpcCall call)
    {
        try
        {
            var depth = (int)Math.Min(call.Count(0), int.MaxValue);
            return call.Chain.Reorg(depth, call[1]?.GetValueKind() != JsonValueKind.False)
                .Hash.ToString();
        }
        catch (ArgumentOutOfRangeException failure)
        {
            throw RpcException.Invalid(failure.Message);
        }
    }

    private static JsonNode? Upgrade(RpcCall call)
    {
        try
        {
            call.Chain.Upgrade(RuntimeCatalog.Get(call.Count(0)));
            return null;
        }
        catch (ArgumentOutOfRangeException failure)
        {
            throw RpcException.Invalid(failure.Message);
        }
    }

    private static JsonNode? Transfer(RpcCall call)
    {
        call.Chain.TransferInNextBlock(call.Account(0), call.Account(1), Amount(call, 2));
        return null;
    }

    private static JsonObject SetChain(RpcCall call)
    {
        foreach (var (name, value) in Fields(call))
        {
            switch (name)
            {
                case "finalityLag":
                    call.Chain.FinalityLag = Number(name, value);
                    break;
                case "stalled":
                    call.Chain.IsStalled = Flag(name, value);
                    break;
                case "finalityStalled":
                    call.Chain.IsFinalityStalled = Flag(name, value);
                    break;
                default:
                    throw RpcException.Invalid($"there is no fault {name} of the chain");
            }
        }

        return Status(call);
    }

    private static JsonNode? SetPort(RpcCall call)
    {
        var faults = call.View.Faults;
        foreach (var (name, value) in Fields(call))
        {
            switch (name)
            {
                case "delayMs":
                    faults.Delay = TimeSpan.FromMilliseconds(Number(name, value));
                    break;
                case "disconnectEvery":
                    faults.DisconnectEvery = (int)Math.Min(Number(name, value), int.MaxValue);
                    break;
                case "disconnect" when Flag(name, value):
                    faults.DisconnectAll();
                    break;
                case "cutsFrames":
                    faults.CutsFrames = Flag(name, value);
                    break;
                case "skipsHeads":
                    faults.SkipsHeads = Flag(name, value);
                    break;
                case "prunedBelow":
                    faults.PrunedBelow = Number(name, value);
                    break;
                case "gap":
                    faults.Gap = value is JsonArray { Count: 2 } gap
                        ? (Number(name, gap[0]), Number(name, gap[1]))
                        : null;
                    break;
                default:
                    SetLie(faults, name, value);
                    break;
            }
        }

        return null;
    }

    private static void SetLie(PortFaults faults, string name, JsonNode? value)
    {
        switch (name)
        {
            case "events":
                faults.Events = value is JsonValue text
                    && text.TryGetValue<string>(out var word)
                    && Enum.TryParse<EventLie>(word, ignoreCase: true, out var lie)
                    && Enum.IsDefined(lie)
                    ? lie
                    : throw RpcException.Invalid($"events are {string.Join(", ", Enum.GetNames<EventLie>())}");
                break;
            case "lieHashes":
                faults.LiesAboutHashes = Flag(name, value);
                break;
            case "lieGenesis":
                faults.LiesAboutGenesis = Flag(name, value);
                break;
            case "lieFinality":
                faults.LiesAboutFinality = Flag(name, value);
                break;
            case "inventedHead":
                faults.InventedHead = value is null ? null : Number(name, value);
                break;
            case "garbageMetadata":
                faults.HasGarbageMetadata = Flag(name, value);
                break;
            default:
                throw RpcException.Invalid($"there is no fault {name} of a port");
        }
    }

    private static JsonObject Fields(RpcCall call) =>
        call[0] as JsonObject ?? throw RpcException.Invalid("parameter 0 is an object of faults");

    private static uint Number(string name, JsonNode? value) => value is JsonValue number
        ? RpcCall.ToNumber(number)
        : throw RpcException.Invalid($"{name} is no number");

    private static bool Flag(string name, JsonNode? value) => value?.GetValueKind() switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => throw RpcException.Invalid($"{name} is true or false"),
    };

    // Rao, as a number or as decimal text for amounts that JSON's readers would round.
    private static ulong Amount(RpcCall call, int position) => call[position] is JsonValue value
        && (value.TryGetValue<ulong>(out var amount)
            || (value.TryGetValue<string>(out var text)
                && ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out amount)))
            ? amount
            : throw RpcException.Invalid($"parameter {position} is no amount of rao");
}
