using System.Runtime.Versioning;
using Gateway.ChainBridge.Keys;
using Gateway.Core;

namespace Gateway.ChainBridge.Tests;

// Windows has no mode bits to test.
[UnsupportedOSPlatform("windows")]
public sealed class KeyRingTests : IDisposable
{
    private const string AliceMiniSecret = "e5be9a5092b81bca64be81d212e7f2f9eba183bb7a90954f7b76361f6edb5c0a";
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("gateway-keys-");

    private string File => Path.Combine(_folder.FullName, "request.key");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void A_generated_key_is_loaded_again_from_a_file_only_its_owner_can_read()
    {
        using var generated = KeyRing.Generate(File);
        using var loaded = KeyRing.Load(File);

        Assert.Equal(generated.RequestHotkey, loaded.RequestHotkey);
        Assert.True(Ss58.TryDecode(loaded.RequestHotkey.Ss58, new byte[Ss58.AccountLength]));
        Assert.Equal(OwnerOnly, System.IO.File.GetUnixFileMode(File));
        Assert.Matches("^[0-9a-f]{64}\n$", System.IO.File.ReadAllText(File));
    }

    [Fact]
    public void Two_generated_keys_differ()
    {
        using var first = KeyRing.Generate(File);
        using var second = KeyRing.Generate(File + "2");
        Assert.NotEqual(first.RequestHotkey, second.RequestHotkey);
    }

    [Fact]
    public void A_key_is_never_overwritten()
    {
        Write(AliceMiniSecret, OwnerOnly);
        Assert.Throws<IOException>(() => KeyRing.Generate(File));
        Assert.Equal(AliceMiniSecret, System.IO.File.ReadAllText(File));
    }

    [Theory]
    [InlineData(AliceMiniSecret)]
    [InlineData(AliceMiniSecret + "\n")]
    public void A_mini_secret_opens_its_account(string content)
    {
        Write(content, OwnerOnly);
        using var keys = KeyRing.Load(File);
        Assert.Equal(new Hotkey("5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY"), keys.RequestHotkey);
    }

    [Theory]
    [InlineData("")]
    [InlineData("00")]
    [InlineData(AliceMiniSecret + "0")]
    [InlineData(AliceMiniSecret + "00")]
    [InlineData(AliceMiniSecret + "\n\n")]
    [InlineData(AliceMiniSecret + " ")]
    [InlineData("0x" + AliceMiniSecret)]
    [InlineData("g5be9a5092b81bca64be81d212e7f2f9eba183bb7a90954f7b76361f6edb5c0a")]
    public void A_file_with_anything_else_in_it_is_refused(string content)
    {
        Write(content, OwnerOnly);
        var error = Assert.Throws<InvalidDataException>(() => KeyRing.Load(File));
        Assert.Contains(File, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("5be9a509", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(UnixFileMode.GroupRead)]
    [InlineData(UnixFileMode.GroupWrite)]
    [InlineData(UnixFileMode.GroupExecute)]
    [InlineData(UnixFileMode.OtherRead)]
    [InlineData(UnixFileMode.OtherWrite)]
    [InlineData(UnixFileMode.OtherExecute)]
    public void A_file_open_to_anybody_else_is_refused(UnixFileMode extra)
    {
        Write(AliceMiniSecret, OwnerOnly | extra);
        var error = Assert.Throws<UnauthorizedAccessException>(() => KeyRing.Load(File));
        Assert.Contains("0600", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_file_is_told_apart() =>
        Assert.Throws<FileNotFoundException>(() => KeyRing.Load(File));

    [Fact]
    public void A_disposed_ring_signs_nothing()
    {
        var keys = KeyRing.Generate(File);
        keys.Dispose();
        Assert.Throws<ObjectDisposedException>(
            () => keys.SignEpistulaV2([1], signedFor: null, DateTimeOffset.UnixEpoch.AddDays(1), Guid.Empty));
    }

    private void Write(string content, UnixFileMode mode)
    {
        System.IO.File.WriteAllText(File, content);
        System.IO.File.SetUnixFileMode(File, mode);
    }
}
