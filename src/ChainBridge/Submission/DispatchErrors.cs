using Gateway.ChainBridge.Metadata;
using Gateway.ChainBridge.Scale;

namespace Gateway.ChainBridge.Submission;

/// <summary>Errors of calls, by name.</summary>
internal static class DispatchErrors
{
    /// <summary>A pallet's error as Pallet.Error; any other as the runtime calls it.</summary>
    public static string NameOf(RuntimeMetadata metadata, ScaleValue error)
    {
        if (error is not ScaleValue.Case { Name: "Module" } module)
        {
            return error.ToString();
        }

        // The error is four bytes since a pallet's error may hold another; the first one names it.
        var fields = module.Fields is [{ Value: ScaleValue.Record record }] ? record : (ScaleValue)module;
        var (pallet, bytes) = (fields["index"].ToUInt8(), fields["error"].ToBytes());
        return !bytes.IsEmpty && metadata.FindError(pallet, bytes.Span[0]) is { } found
            ? $"{found.Pallet}.{found.Error}"
            : error.ToString();
    }
}
