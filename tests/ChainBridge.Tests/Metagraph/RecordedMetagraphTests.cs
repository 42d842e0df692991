using System.Text.Json;
using Gateway.ChainBridge.Metadata;
using Gateway.ChainBridge.Metagraph;
using Gateway.ChainBridge.Scale;
using Gateway.ChainBridge.Tests.Metadata;

namespace Gateway.ChainBridge.Tests.Metagraph;

/// <summary>Subnet 1 of mainnet as a node gave it, spec 343.</summary>
public sealed class RecordedMetagraphTests
{
    [Fact]
    public void A_recorded_subnet_of_mainnet_becomes_a_snapshot()
    {
        var snapshot = RuntimeApiReader.Read(Graph(), "0xdb13", 343);
        Assert.Null(SnapshotRule.Flaw(snapshot));
        Assert.Equal((1, 6_852_690L, 99), (snapshot.NetUid.Value, snapshot.Block, snapshot.Tempo));
        Assert.Equal(1024, snapshot.Neurons.Count);
        Assert.Equal(12, snapshot.Neurons.Count(neuron => neuron.HasValidatorPermit));
        Assert.Equal(827, snapshot.Neurons.Count(neuron => neuron.Axon is not null));
        Assert.Equal(65535, snapshot.Neurons.Sum(neuron => neuron.Incentive));
        Assert.InRange(snapshot.NextEpoch, snapshot.LastEpoch + 99, snapshot.LastEpoch + 100);
        Assert.All(snapshot.Neurons, neuron => Assert.Equal(48, neuron.Hotkey.Ss58.Length));
    }

    [Fact]
    public void A_list_that_is_too_short_or_missing_makes_no_snapshot()
    {
        var graph = (ScaleValue.Record)Graph();
        foreach (var name in new[] { "hotkeys", "axons", "incentives", "block_at_registration" })
        {
            var items = graph[name][0].Items;
            Assert.Throws<InvalidDataException>(() => RuntimeApiReader.Read(
                With(graph, name, ScaleValue.Some(ScaleValue.ListOf(items.AsSpan()[1..]))), "0x", 343));
            Assert.Throws<ScaleException>(() => RuntimeApiReader.Read(With(graph, name, ScaleValue.None), "0x", 343));
        }
    }

    private static ScaleValue.Record With(ScaleValue.Record graph, string name, ScaleValue value) => new(
        [.. graph.Fields.Select(field => field.Name == name ? field with { Value = value } : field)]);

    private static ScaleValue Graph()
    {
        var metadata = MetadataReader.Read(Runtimes.Spec343V15Bytes);
        var answer = Runtimes.Recordings
            .GetProperty("metagraph").GetProperty("state_call").EnumerateObject()
            .Where(call => JsonDocument.Parse(call.Name).RootElement[0].GetString()!.EndsWith(
                "get_selective_mechagraph", StringComparison.Ordinal))
            .Select(call => Convert.FromHexString(call.Value.GetProperty("result").GetString()![2..]))
            .Single();
        return metadata.Types.Decode(
            metadata.Api("SubnetInfoRuntimeApi", "get_selective_mechagraph").Output, answer).ToOptional()!;
    }
}
