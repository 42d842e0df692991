using Gateway.ChainBridge.Metadata;
using Gateway.ChainBridge.Scale;

namespace Gateway.ChainBridge.Tests.Metadata;

/// <summary>The newest recorded runtime, which its node described in V14 and in V15.</summary>
public sealed class Spec343Tests
{
    [Fact]
    public void Both_formats_describe_one_runtime()
    {
        var v14 = MetadataReader.Read(Runtimes.Spec343V14Bytes);
        var v15 = MetadataReader.Read(Runtimes.Spec343V15Bytes);

        Assert.Equal(v14.Pallets.Select(pallet => Outline(v14, pallet)), v15.Pallets.Select(one => Outline(v15, one)));
        Assert.Equal(
            v14.Extrinsic.Extensions.Select(one => one.Name), v15.Extrinsic.Extensions.Select(one => one.Name));
    }

    [Fact]
    public void V14_is_written_again_the_same()
    {
        var bytes = Runtimes.Spec343V14Bytes;
        Assert.Equal(bytes, MetadataWriter.WriteV14(MetadataReader.Read(bytes)));
    }

    [Fact]
    public void V15_tells_runtime_apis()
    {
        var metadata = MetadataReader.Read(Runtimes.Spec343V15Bytes);

        var method = metadata.Api("SubnetInfoRuntimeApi", "get_metagraph");

        Assert.Equal(["netuid"], method.Inputs.Select(input => input.Name));
        Assert.IsType<TypeShape.Variant>(metadata.Types[method.Output]);
        Assert.Equal(113, metadata.Call("SubtensorModule", "commit_timelocked_weights").Index);
    }

    private static string Outline(RuntimeMetadata metadata, PalletMetadata pallet) => string.Join(
        '\n',
        [
            $"{pallet.Name} {pallet.Index} {pallet.Storage?.Prefix}",
            .. (pallet.Storage?.Entries ?? []).Select(entry =>
                $"{entry.Name} {entry.Modifier} {string.Join(',', entry.Hashers)} {entry.Default.Length}"),
            .. Cases(metadata, pallet.Calls),
            .. Cases(metadata, pallet.Events),
            .. Cases(metadata, pallet.Errors),
            .. pallet.Constants.Select(one => $"{one.Name} {metadata.Constant(pallet.Name, one.Name)}"),
        ]);

    private static IEnumerable<string> Cases(RuntimeMetadata metadata, int? type) =>
        type is { } id && metadata.Types[id] is TypeShape.Variant variant
            ? variant.Cases.Select(one => $"{one.Name} {one.Index} {string.Join(',', one.Fields.Select(f => f.Name))}")
            : [];
}
