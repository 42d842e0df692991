using Gateway.Api.Hosting;
using Gateway.Api.Wiring;
using Gateway.Billing;
using Gateway.Core;

namespace Gateway.Api.Tests.Deposits;

public sealed class AddressLogFileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("gateway-").FullName;

    private string Path => System.IO.Path.Combine(_folder, AddressLogFile.Name);

    [Fact]
    public void What_was_added_is_read_again_and_a_line_that_was_cut_off_is_not()
    {
        Assert.Empty(Open().Read());
        GivenAddress[] given =
        [
            .. Enumerable.Range(0, 3)
                .Select(n => new GivenAddress("5Parent", n, OrgId.Create(TimeProvider.System))),
        ];
        Open().Add(given[..2]);
        Open().Add(given[2..]);
        Assert.Equal(given, Open().Read());

        var bytes = File.ReadAllBytes(Path);
        for (var length = bytes.Length; length >= 0; length--)
        {
            File.WriteAllBytes(Path, bytes[..length]);
            var left = Open().Read();
            Assert.Equal(given.Take(left.Count), left);
            Open().Add([given[2]]);
            Assert.Equal([.. left, given[2]], Open().Read());
        }
    }

    [Fact]
    public void A_line_that_does_not_read_refuses_the_start()
    {
        File.WriteAllText(Path, "5Parent -1 org\n");
        Assert.Contains("line 1", Assert.Throws<StartRefusedException>(() => Open().Read()).Message,
            StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private AddressLogFile Open() => new(DataDirectory.Open(_folder));
}
