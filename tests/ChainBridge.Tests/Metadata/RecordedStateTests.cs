using System.Text.Json;
using Gateway.ChainBridge.Metadata;
using Gateway.ChainBridge.Scale;

namespace Gateway.ChainBridge.Tests.Metadata;

/// <summary>Answers of mainnet at spec 343, read by the types of the metadata in V15.</summary>
public sealed class RecordedStateTests
{
    [Theory]
    [InlineData("NeuronInfoRuntimeApi", "get_neurons_lite")]
    [InlineData("SubnetInfoRuntimeApi", "get_subnet_state")]
    [InlineData("SubnetInfoRuntimeApi", "get_selective_mechagraph")]
    public void A_recorded_answer_is_written_again_the_same(string api, string method)
    {
        var metadata = MetadataReader.Read(Runtimes.Spec343V15Bytes);
        var type = metadata.Api(api, method).Output;
        var bytes = Answer($"{api}_{method}");

        var value = metadata.Types.Decode(type, bytes);

        Assert.Equal(bytes, metadata.Types.Encode(type, value));
        var reader = new ScaleReader(bytes);
        ValueSkipper.Skip(metadata.Types, type, ref reader);
        reader.RequireEnd();
    }

    [Fact]
    public void Subnet_1_of_mainnet_is_what_it_was()
    {
        var metadata = MetadataReader.Read(Runtimes.Spec343V15Bytes);
        var neurons = metadata.Types.Decode(
            metadata.Api("NeuronInfoRuntimeApi", "get_neurons_lite").Output,
            Answer("NeuronInfoRuntimeApi_get_neurons_lite")).Items;
        var graph = metadata.Types.Decode(
            metadata.Api("SubnetInfoRuntimeApi", "get_selective_mechagraph").Output,
            Answer("SubnetInfoRuntimeApi_get_selective_mechagraph")).ToOptional()!;

        Assert.Equal(1024, neurons.Length);
        Assert.Equal(827, neurons.Count(neuron => neuron["axon_info"]["ip"].ToUInt128() != 0));
        Assert.Equal(12, neurons.Count(neuron => neuron["validator_permit"].ToBoolean()));
        Assert.Equal(6_852_690ul, graph["block"].ToOptional()!.ToUInt64());
        Assert.Equal(99, graph["tempo"].ToOptional()!.ToUInt16());
        Assert.Equal(22_079_400_556_774, graph["tao_in"].ToOptional()!.ToRao().Value);
        Assert.Equal(2_316_467_425_363_654, graph["alpha_in"].ToOptional()!.ToRao().Value);
    }

    private static byte[] Answer(string function) => Runtimes.Recordings
        .GetProperty("metagraph").GetProperty("state_call").EnumerateObject()
        .Where(call => JsonDocument.Parse(call.Name).RootElement[0].GetString() == function)
        .Select(call => Convert.FromHexString(call.Value.GetProperty("result").GetString()![2..]))
        .Single();
}
