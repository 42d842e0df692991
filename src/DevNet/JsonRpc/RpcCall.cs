using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Gateway.ChainBridge.Blocks;
using Gateway.ChainBridge.Keys;
using Gateway.DevNet.Chain;
using Gateway.DevNet.Chain.Blocks;

namespace Gateway.DevNet.JsonRpc;

/// <summary>One request and its parameters, read strictly.</summary>
/// <param name="Method">Its name.</param>
/// <param name="Parameters">By position; null for none.</param>
/// <param name="View">The chain as this port shows it.</param>
/// <param name="Subscriptions">Of the connection; null over plain HTTP.</param>
internal sealed record RpcCall(
    string Method, JsonArray? Parameters, PortView View, Subscriptions? Subscriptions)
{
    public DevChain Chain => View.Chain;

    /// <summary>A parameter, or null where it is missing or null.</summary>
    public JsonNode? this[int position] =>
        Parameters is not null && position < Parameters.Count ? Parameters[position] : null;

    public string Text(int position) => this[position] is JsonValue value && value.TryGetValue<string>(out var text)
        ? text
        : throw RpcException.Invalid($"parameter {position} is no text");

    public byte[] Bytes(int position) => Hex.Parse(Text(position))
        ?? throw RpcException.Invalid($"parameter {position} is no hex");

    public byte[][] ByteLists(int position) => this[position] is JsonArray list
        ? [.. list.Select(one => one?.GetValueKind() == JsonValueKind.String && Hex.Parse((string)one!) is { } bytes
            ? bytes
            : throw RpcException.Invalid("a key is no hex"))]
        : throw RpcException.Invalid($"parameter {position} is no list");

    public uint Count(int position) => this[position] is JsonValue value
        ? ToNumber(value)
        : throw RpcException.Invalid($"parameter {position} is missing");

    public AccountId Account(int position)
    {
        Span<byte> account = stackalloc byte[Ss58.AccountLength];
        return Ss58.TryDecode(Text(position), account, out var fault)
            ? new AccountId(account)
            : throw RpcException.Invalid(fault.ToString());
    }

    /// <summary>The block a parameter names, the best one by default.</summary>
    /// <exception cref="RpcException">It is unknown, or its state is gone.</exception>
    public Block StateAt(int position)
    {
        var block = BlockAt(position)
            ?? throw RpcException.NoState($"UnknownBlock: Expect block number from id: {this[position]}");
        return View.HasState(block)
            ? block
            : throw RpcException.NoState($"UnknownBlock: State already discarded for {block.Hash}");
    }

    /// <summary>The block a parameter names, the best one by default, or null.</summary>
    public Block? BlockAt(int position)
    {
        if (this[position] is null)
        {
            return View.Best;
        }

        return Hash256.TryParse(Text(position), out var hash)
            ? View.Find(hash)
            : throw RpcException.Invalid($"parameter {position} is no hash");
    }

    /// <summary>A number, as JSON has it or as hex text.</summary>
    public static uint ToNumber(JsonValue value)
    {
        if (value.TryGetValue<uint>(out var number))
        {
            return number;
        }

        return value.TryGetValue<string>(out var text)
            && text.StartsWith("0x", StringComparison.Ordinal)
            && uint.TryParse(text.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out number)
                ? number
                : throw RpcException.Invalid($"{value.ToJsonString()} is no number");
    }
}
