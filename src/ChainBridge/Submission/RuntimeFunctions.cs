using Gateway.ChainBridge.Blocks;
using Gateway.ChainBridge.Extrinsics;
using Gateway.ChainBridge.Metadata;
using Gateway.ChainBridge.Rpc;
using Gateway.ChainBridge.Scale;

namespace Gateway.ChainBridge.Submission;

/// <summary>Calls of runtime APIs by the types in the metadata, which V15 and later have.</summary>
internal static class RuntimeFunctions
{
    /// <summary>Calls a function; arguments are matched by position.</summary>
    /// <exception cref="RuntimeDriftException">The metadata does not know the function, or with other arguments.
    /// </exception>
    /// <exception cref="RpcException">No answer, or bytes of another form.</exception>
    public static async Task<ScaleValue> CallAsync(
        NodeApi node,
        RuntimeContext runtime,
        (string Api, string Method) function,
        ScaleValue[] arguments,
        Hash256 at,
        CancellationToken cancellationToken)
    {
        var method = runtime.Metadata.Api(function.Api, function.Method);
        var encoded = EncodeArguments(runtime.Metadata, method, arguments);
        var answer = await node.CallRuntimeAsync(
            $"{function.Api}_{function.Method}", encoded, at, cancellationToken);
        try
        {
            return runtime.Metadata.Types.Decode(method.Output, answer);
        }
        catch (ScaleException failure)
        {
            throw new RpcException(RpcFault.Garbage, $"{function}: {failure.Message}", 0, failure);
        }
    }

    private static byte[] EncodeArguments(RuntimeMetadata metadata, RuntimeApiMethod method, ScaleValue[] arguments)
    {
        if (method.Inputs.Length != arguments.Length)
        {
            throw new RuntimeDriftException(
                $"{method.Name} takes {method.Inputs.Length} arguments, not {arguments.Length}.");
        }

        var writer = new ScaleWriter();
        for (var i = 0; i < arguments.Length; i++)
        {
            ValueWriter.Write(metadata.Types, method.Inputs[i].Type, arguments[i], writer);
        }

        return writer.ToArray();
    }
}
