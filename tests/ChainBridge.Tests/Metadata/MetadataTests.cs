using System.Security.Cryptography;
using CsCheck;
using Gateway.ChainBridge.Metadata;
using Gateway.ChainBridge.Scale;

namespace Gateway.ChainBridge.Tests.Metadata;

public sealed class MetadataTests
{
    [Theory]
    [InlineData(219, "823f4f1413ae2b5ae8047e59a81f8d10fd095e87b3f0da6a6d952f95326f8e00")]
    [InlineData(224, "aee3d693fb8a7b1eb922b6c9e245d801b116430c996794563308288253bf6296")]
    public void The_bytes_are_those_of_the_notice(int spec, string sha256) =>
        Assert.Equal(sha256, Convert.ToHexStringLower(SHA256.HashData(Bytes(spec))));

    [Theory]
    [InlineData(219)]
    [InlineData(224)]
    public void Reading_and_writing_V14_gives_the_same_bytes(int spec) =>
        Assert.Equal(Bytes(spec), MetadataWriter.WriteV14(MetadataReader.Read(Bytes(spec))));

    [Theory]
    [InlineData(219, "NeuronRegistered", 5)]
    [InlineData(219, "AxonServed", 24)]
    [InlineData(224, "NeuronRegistered", 6)]
    [InlineData(224, "AxonServed", 26)]
    [InlineData(224, "StakeTransferred", 85)]
    public void Indices_move_between_runtimes_and_names_find_them(int spec, string name, int index) =>
        Assert.Equal(index, Spec(spec).Event("SubtensorModule", name).Index);

    [Fact]
    public void Arguments_differ_between_runtimes()
    {
        Assert.Equal(["hotkey", "amount_staked"], Arguments(Runtimes.Spec219, "add_stake"));
        Assert.Equal(["hotkey", "netuid", "amount_staked"], Arguments(Runtimes.Spec224, "add_stake"));
    }

    [Fact]
    public void What_a_runtime_lacks_is_drift_and_is_named()
    {
        var metadata = Runtimes.Spec219;
        AssertDrift("StakeTransferred", () => metadata.Event("SubtensorModule", "StakeTransferred"));
        AssertDrift("SubtensorModule.SubnetTAO", () => metadata.Storage("SubtensorModule", "SubnetTAO"));
        AssertDrift("Nothing", () => metadata.Pallet("Nothing"));
        AssertDrift("Balances.burn_all", () => metadata.Call("Balances", "burn_all"));
        AssertDrift("Balances.Nothing", () => metadata.Constant("Balances", "Nothing"));
        AssertDrift("Core_version", () => metadata.Api("Core", "version"));
    }

    [Fact]
    public void Storage_tells_hashers_default_and_whether_it_is_optional()
    {
        var metadata = Runtimes.Spec224;

        var account = metadata.Storage("System", "Account");
        Assert.Equal([StorageHasher.Blake2128Concat], account.Hashers.AsEnumerable());
        Assert.Equal(StorageModifier.Default, account.Modifier);
        Assert.Equal(
            [StorageHasher.Identity, StorageHasher.Blake2128Concat],
            metadata.Storage("SubtensorModule", "Axons").Hashers.AsEnumerable());
        Assert.Equal(StorageModifier.Optional, metadata.Storage("SubtensorModule", "Axons").Modifier);
        Assert.Equal(0UL, StorageValues.Read(metadata, "System", "Account", null)!["data"]["free"].ToUInt64());
        Assert.Null(StorageValues.Read(metadata, "SubtensorModule", "Axons", null));
    }

    [Fact]
    public void Constants_and_errors_are_found()
    {
        var metadata = Runtimes.Spec224;
        Assert.Equal(500UL, metadata.Constant("Balances", "ExistentialDeposit").ToUInt64());
        var index = metadata.Error("Balances", "InsufficientBalance").Index;
        Assert.Equal(
            ("Balances", "InsufficientBalance"), metadata.FindError(metadata.Pallet("Balances").Index, index));
        Assert.Null(metadata.FindError(metadata.Pallet("Balances").Index, 255));
        Assert.Null(metadata.FindError(255, 0));
    }

    [Fact]
    public void Signed_extensions_come_in_their_order()
    {
        Assert.Equal(
            [
                "CheckNonZeroSender", "CheckSpecVersion", "CheckTxVersion", "CheckGenesis", "CheckMortality",
                "CheckNonce", "CheckWeight", "ChargeTransactionPayment", "SubtensorSignedExtension",
                "CommitmentsSignedExtension", "CheckMetadataHash",
            ],
            Runtimes.Spec224.Extrinsic.Extensions.Select(one => one.Name));
    }

    [Theory]
    [InlineData(0, nameof(ScaleFault.UnknownMagic))]
    [InlineData(4, nameof(ScaleFault.UnknownVersion))]
    public void Other_bytes_than_metadata_are_refused(int at, string fault)
    {
        var bytes = Runtimes.Spec224Bytes;
        bytes[at] = 13;
        Assert.Equal(fault, $"{Assert.Throws<ScaleException>(() => MetadataReader.Read(bytes)).Fault}");
    }

    [Fact]
    public void A_byte_more_is_refused()
    {
        byte[] bytes = [.. Runtimes.Spec224Bytes, 0];
        Assert.Equal(ScaleFault.BytesLeft, Assert.Throws<ScaleException>(() => MetadataReader.Read(bytes)).Fault);
    }

    [Fact]
    public void Damaged_metadata_raises_only_the_codecs_own_error()
    {
        var bytes = Runtimes.Spec224Bytes;
        Gen.Select(Gen.Int[5, bytes.Length - 1], Gen.Byte, Gen.Int[0, bytes.Length]).Sample(
            sample =>
            {
                var damaged = bytes.AsSpan(0, Math.Max(sample.Item3, sample.Item1 + 1)).ToArray();
                damaged[sample.Item1] = sample.Item2;
                try
                {
                    _ = MetadataReader.Read(damaged);
                }
                catch (ScaleException)
                {
                    // The one error that is allowed.
                }
            },
            iter: 300);
    }

    private static string?[] Arguments(RuntimeMetadata metadata, string call) =>
        [.. metadata.Call("SubtensorModule", call).Fields.Select(field => field.Name)];

    private static void AssertDrift(string named, Func<object> lookUp) =>
        Assert.Contains(
            named, Assert.Throws<RuntimeDriftException>(() => lookUp()).Message, StringComparison.Ordinal);

    private static byte[] Bytes(int spec) => spec == 219 ? Runtimes.Spec219Bytes : Runtimes.Spec224Bytes;

    private static RuntimeMetadata Spec(int spec) => spec == 219 ? Runtimes.Spec219 : Runtimes.Spec224;
}
