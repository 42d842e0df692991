using System.Text;
using Gateway.ChainBridge.Keys;

namespace Gateway.ChainBridge.Tests.Addresses;

public sealed class DepositPoolTests : IDisposable
{
    private const string Phrase = "bottom drive obey lake curtain smoke basket hold race lonely fit walk";

    private readonly string _folder = Directory.CreateTempSubdirectory("gateway-pool-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Each_address_is_the_hard_child_that_wallets_derive()
    {
        var (pool, _) = DepositPool.Create(Secret(Phrase), 12);

        Assert.Equal(12, pool.Count);
        Assert.Equal(AddressOf("//deposit-list"), pool.Signer);
        Assert.All(Enumerable.Range(0, 12), n => Assert.Equal(AddressOf($"//deposit//{n}"), pool.AddressOf(n)));
        Assert.Null(pool.AddressOf(12));
        Assert.Null(pool.AddressOf(-1));
    }

    [Fact]
    public void A_longer_list_begins_with_the_shorter_one_and_another_password_is_another_list()
    {
        var (shorter, _) = DepositPool.Create(Secret(Phrase + "//main"), 3);
        var (longer, _) = DepositPool.Create(Secret(Phrase + "//main\n"), 9);
        var (other, _) = DepositPool.Create(Secret(Phrase + "//main///password"), 3);

        Assert.Equal(All(shorter), All(longer).Take(3));
        Assert.Equal(shorter.Signer, longer.Signer);
        Assert.Empty(All(other).Intersect(All(shorter)));
        Assert.NotEqual(other.Signer, shorter.Signer);
    }

    [Fact]
    public void A_list_is_read_as_it_was_made_for_the_signer_that_is_named()
    {
        var (made, file) = DepositPool.Create(Secret(Phrase), 5);

        var read = DepositPool.Read(file, made.Signer);
        Assert.Equal(All(made), All(read));
        Assert.Equal(made.Signer, read.Signer);
        Assert.Contains("not signed by", ProblemOf(file, AddressOf("//Alice")), StringComparison.Ordinal);
    }

    [Fact]
    public void A_list_that_was_changed_is_refused()
    {
        var (pool, file) = DepositPool.Create(Secret(Phrase), 4);
        var text = Encoding.UTF8.GetString(file);
        var (first, second, thief) = (pool.AddressOf(0)!, pool.AddressOf(1)!, AddressOf("//Thief"));
        (string Now, string Wanted)[] changes =
        [
            (text.Replace(second, thief, StringComparison.Ordinal), "not signed by"),
            (text.Replace(first, "x", StringComparison.Ordinal).Replace(second, first, StringComparison.Ordinal)
                .Replace("\"x\"", $"\"{second}\"", StringComparison.Ordinal), "not signed by"),
            (text.Replace($"\"{second}\",", "", StringComparison.Ordinal), "not signed by"),
            (text.Replace($"\"{second}\"", $"\"{second}\", \"{thief}\"", StringComparison.Ordinal), "not signed by"),
            (text.Replace("0x", "0X", StringComparison.Ordinal), "not signed by"),
            (text.Replace(second, first, StringComparison.Ordinal), "Address 1 of the list stands twice."),
            (text.Replace(second, second[..^1] + (second[^1] == 'a' ? 'b' : 'a'), StringComparison.Ordinal),
                "Address 1 of the list:"),
            (text.Replace(second, "15oF4uVJwmo4TdGW7VfQxNLavjCXviqxT9S1MgbjMNHr6Sp5", StringComparison.Ordinal),
                "Address 1 of the list:"),
            (text.Replace("\"version\": 1", "\"version\": 2", StringComparison.Ordinal), "another version"),
            (text.Replace("addresses", "adresses", StringComparison.Ordinal), "no list"),
            (text.Replace($"\"{second}\"", "7", StringComparison.Ordinal), "no list"),
            (text.Replace("\"0x", "[\"0x", StringComparison.Ordinal), "no list"),
            ("""{"version":1,"signature":"0x","addresses":[]}""", "has 0 addresses"),
            ("", "no list"), ("[]", "no list"), (text[..^20], "no list"),
        ];

        Assert.All(changes, change =>
        {
            Assert.NotEqual(text, change.Now);
            Assert.Contains(
                change.Wanted, ProblemOf(Encoding.UTF8.GetBytes(change.Now), pool.Signer), StringComparison.Ordinal);
        });
    }

    [Fact]
    public void Any_changed_byte_of_an_address_or_the_signature_refuses_the_list()
    {
        var (pool, file) = DepositPool.Create(Secret(Phrase), 2);
        var random = new Random(20);
        var from = Encoding.UTF8.GetString(file).IndexOf("\"signature\"", StringComparison.Ordinal);
        for (var round = 0; round < 300; round++)
        {
            var changed = file.ToArray();
            var at = random.Next(from, changed.Length);
            changed[at] ^= (byte)(1 << random.Next(7));
            if (ProblemOrNull(changed, pool.Signer) is null)
            {
                // White space and the case of hex digits say the same.
                Assert.Equal(All(pool), All(DepositPool.Read(changed, pool.Signer)));
            }
        }
    }

    [Fact]
    public void The_secret_is_for_its_owner_alone_and_never_repeated()
    {
        var open = Secret(Phrase);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(open, UnixFileMode.UserRead | UnixFileMode.GroupRead);
            Assert.Throws<UnauthorizedAccessException>(() => DepositPool.Create(open, 1));
        }

        var wrong = Assert.Throws<FormatException>(() => DepositPool.Create(Secret("correct horse battery"), 1));
        Assert.DoesNotContain("horse", wrong.ToString(), StringComparison.Ordinal);
        Assert.Throws<FormatException>(() => DepositPool.Create(Secret(""), 1));
        Assert.Throws<FormatException>(() => DepositPool.Create(Secret(new string('a', 5000)), 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => DepositPool.Create(Secret(Phrase), 0));
    }

    private static string[] All(DepositPool pool) =>
        [.. Enumerable.Range(0, pool.Count).Select(n => pool.AddressOf(n)!)];

    private static string AddressOf(string path)
    {
        using var key = Sr25519Keypair.FromUri(Phrase + path);
        return Ss58.Encode(key.PublicKey);
    }

    private static string ProblemOf(byte[] file, string signer) =>
        Assert.Throws<InvalidDataException>(() => DepositPool.Read(file, signer)).Message;

    private static string? ProblemOrNull(byte[] file, string signer)
    {
        try
        {
            _ = DepositPool.Read(file, signer);
            return null;
        }
        catch (InvalidDataException problem)
        {
            return problem.Message;
        }
    }

    private string Secret(string text)
    {
        var file = Path.Combine(_folder, Path.GetRandomFileName());
        File.WriteAllText(file, text);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }

        return file;
    }
}
