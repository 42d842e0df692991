using Gateway.ChainBridge.Keys;
using Gateway.ChainBridge.Metadata;
using Gateway.ChainBridge.Scale;
using Gateway.ChainBridge.Tests.Vectors;

namespace Gateway.ChainBridge.Tests.Metadata;

public sealed class StorageKeyTests
{
    public static TheoryData<string, string> Known =>
        [.. KeyVectors.Section("storage_keys").EnumerateArray().Select(one => (one.Text("name"), one.Text("key")))];

    [Theory]
    [MemberData(nameof(Known))]
    public void A_key_is_the_one_polkadot_js_makes(string name, string key)
    {
        var (pallet, item, parts) = Parse(name);

        var made = StorageKeys.Of(Runtimes.Spec224, pallet, item, parts);

        Assert.Equal(key, Convert.ToHexStringLower(made));
        Assert.Equal(parts, StorageKeys.Parts(Runtimes.Spec224, pallet, item, made));
    }

    [Fact]
    public void A_key_with_too_many_parts_is_drift() => Assert.Throws<RuntimeDriftException>(
        () => StorageKeys.Of(Runtimes.Spec224, "System", "Events", ScaleValue.Of(1u)));

    [Fact]
    public void A_key_of_another_item_is_refused() => Assert.Throws<ScaleException>(
        () => StorageKeys.Parts(
            Runtimes.Spec224, "System", "Number", StorageKeys.Of(Runtimes.Spec224, "System", "Events")));

    [Fact]
    public void Fewer_parts_give_what_the_keys_below_begin_with()
    {
        var whole = StorageKeys.Of(
            Runtimes.Spec224, "SubtensorModule", "Keys", ScaleValue.Of(1u), ScaleValue.Of(2u));
        var prefix = StorageKeys.Of(Runtimes.Spec224, "SubtensorModule", "Keys", ScaleValue.Of(1u));
        Assert.Equal(prefix, whole[..^2]);
    }

    // "Pallet.Item(Alice, 1)": names are accounts of the development phrase, numbers are numbers.
    private static (string Pallet, string Item, ScaleValue[] Parts) Parse(string name)
    {
        var call = name.Split('(', ')');
        var path = call[0].Split('.');
        var parts = call.Length == 1 ? [] : call[1].Split(',').Select(Part);
        return (path[0], path[1], [.. parts]);
    }

    private static ScaleValue Part(string text)
    {
        if (uint.TryParse(text, out var number))
        {
            return ScaleValue.Of(number);
        }

        using var pair = Sr25519Keypair.FromUri($"//{text}");
        return ScaleValue.Of(pair.PublicKey);
    }
}
