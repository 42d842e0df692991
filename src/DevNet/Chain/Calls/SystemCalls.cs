using Gateway.ChainBridge.Blocks;
using Gateway.ChainBridge.Scale;
using Gateway.DevNet.Chain.Runtime;

namespace Gateway.DevNet.Chain.Calls;

/// <summary>Calls of frame_system that leave nothing but an event.</summary>
internal static class SystemCalls
{
    private const string Pallet = "System";

    public static IReadOnlyDictionary<string, CallHandler> All { get; } = new Dictionary<string, CallHandler>
    {
        [$"{Pallet}.remark"] = static (_, _, _) => null,
        [$"{Pallet}.remark_with_event"] = RemarkWithEvent,
    };

    private static DispatchError? RemarkWithEvent(CallScope scope, Origin origin, ScaleValue.Case arguments)
    {
        var hash = Hash256.Of(arguments["remark"].ToBytes().Span);
        scope.Events.Add(
            Pallet, "Remarked", ("sender", origin.Who.ToValue()), ("hash", ScaleValue.Of(hash.Bytes)));
        return null;
    }
}
