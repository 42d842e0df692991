using Gateway.ChainBridge.Metadata;
using Gateway.ChainBridge.Scale;

namespace Gateway.ChainBridge.Extrinsics;

/// <summary>Calls as values of a runtime's call type: pallet, then call with its arguments.</summary>
internal static class RuntimeCall
{
    /// <summary>A call by names.</summary>
    /// <exception cref="RuntimeDriftException">The runtime has no such call, or with other arguments.</exception>
    public static ScaleValue.Case Of(
        RuntimeMetadata metadata,
        string pallet,
        string call,
        params ReadOnlySpan<(string Name, ScaleValue Value)> arguments)
    {
        var made = ScaleValue.CaseOf(call, arguments);
        var wanted = metadata.Call(pallet, call).Fields.Select(field => field.Name);
        var given = made.Fields.Select(field => (string?)field.Name);
        return wanted.SequenceEqual(given)
            ? ScaleValue.CaseOf(pallet, made)
            : throw new RuntimeDriftException(
                $"{pallet}.{call} takes ({string.Join(", ", wanted)}), not ({string.Join(", ", given)}).");
    }

    /// <summary>The address of an account, as calls and transactions name it.</summary>
    public static ScaleValue.Case AddressOf(ReadOnlySpan<byte> account) =>
        ScaleValue.CaseOf("Id", ScaleValue.Of(account));
}
