using System.Text.Json;
using Gateway.ChainBridge.Blocks;
using Gateway.ChainBridge.Metadata;
using Gateway.ChainBridge.Rpc;
using Gateway.ChainBridge.Scale;
using Gateway.ChainBridge.Tests.Metadata;
using Gateway.ChainBridge.Tests.Rpc;

namespace Gateway.ChainBridge.Tests.Submission;

/// <summary>Blocks of spec 224 that a scripted node serves.</summary>
internal sealed class ScriptedChain
{
    private static readonly RuntimeMetadata Metadata = Runtimes.Spec224;

    private readonly List<(BlockHeader Header, byte[][] Extrinsics, byte[] Events)> _blocks = [];
    private volatile int _finalized;

    public ScriptedChain(ScriptedNode node)
    {
        Add();
        node.Answer("chain_getFinalizedHead", _ => $"\"{HashOf(_finalized)}\"");
        node.Answer("chain_getBlockHash", parameters => $"\"{HashOf(parameters[0].GetInt32())}\"");
        node.Answer("chain_getHeader", parameters => Header(Find(parameters[0]).Header));
        node.Answer("chain_getBlock", BlockJson);
        node.Answer("state_getStorage", EventsJson);
        node.Answer("state_getMetadata", _ => Hex(Runtimes.Spec224Bytes));
        node.Refuse("state_call", RpcErrorCode.StateUnavailable, "no such function");
        node.Answer("author_submitAndWatchExtrinsic", _ => "\"w\"");
        node.Answer("author_unwatchExtrinsic", _ => "true");
    }

    /// <summary>The height of the newest finalized block.</summary>
    public int Finalized
    {
        get => _finalized;
        set => _finalized = value;
    }

    /// <summary>Adds a block with an extrinsic, and the events that happened while it ran.</summary>
    public void Add(ReadOnlyMemory<byte> extrinsic, params ScaleValue[] events) => Add(
        [[0x0c, 4, 3, 0], extrinsic.ToArray()],
        [.. events.Select(one => ScaleValue.RecordOf(
            ("phase", ScaleValue.CaseOf("ApplyExtrinsic", ScaleValue.Of(1u))),
            ("event", one),
            ("topics", ScaleValue.ListOf())))]);

    /// <summary>Adds an empty block.</summary>
    public void Add() => Add([], []);

    public Hash256 HashOf(int height) => _blocks[height].Header.Hash();

    /// <summary>The answer to chain_getBlock.</summary>
    public string BlockJson(JsonElement parameters) => Block(Find(parameters[0]));

    /// <summary>The answer to state_getStorage.</summary>
    public string EventsJson(JsonElement parameters) => Hex(Find(parameters[1]).Events);

    /// <summary>A block that is another than its hash says.</summary>
    public string Forged(int height) => Block(_blocks[height] with
    {
        Header = _blocks[height].Header with { StateRoot = Hash256.Of([99]) },
    });

    private void Add(byte[][] extrinsics, ScaleValue[] events)
    {
        var number = (uint)_blocks.Count;
        var parent = number == 0 ? default : HashOf((int)number - 1);
        var header = new BlockHeader(parent, number, Hash256.Of([1]), Hash256.Of([(byte)number]), []);
        var raw = Metadata.Types.Encode(
            Metadata.Storage("System", "Events").Value, new ScaleValue.List([.. events]));
        _blocks.Add((header, extrinsics, raw));
    }

    private (BlockHeader Header, byte[][] Extrinsics, byte[] Events) Find(JsonElement hash) =>
        _blocks.Single(block => block.Header.Hash().ToString() == hash.GetString());

    private static string Block((BlockHeader Header, byte[][] Extrinsics, byte[] Events) block) =>
        $$$"""
        {"block":{"header":{{{Header(block.Header)}}},
         "extrinsics":[{{{string.Join(',', block.Extrinsics.Select(Hex))}}}]},"justifications":null}
        """;

    private static string Header(BlockHeader header) =>
        $$$"""
        {"parentHash":"{{{header.Parent}}}","number":"0x{{{header.Number:x}}}","stateRoot":"{{{header.StateRoot}}}",
         "extrinsicsRoot":"{{{header.ExtrinsicsRoot}}}","digest":{"logs":[]} }
        """;

    private static string Hex(byte[] bytes) => $"\"0x{Convert.ToHexStringLower(bytes)}\"";
}
