using Gateway.Api.Portal.Qr;
using Gateway.Testing;

namespace Gateway.Api.Tests.Portal;

/// <summary>Codes as foreign readers see them; the browser tests read the picture on the page.</summary>
public sealed class QrCodeTests
{
    private const string Address = "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY";

    // ISO/IEC 18004:2015, annex I: the check words of "01234567" in version 1-M.
    [Fact]
    public void Check_words_are_those_of_the_standard() => Assert.Equal(
        [0xA5, 0x24, 0xD4, 0xC1, 0xED, 0x36, 0xC7, 0x87, 0x2C, 0x55],
        QrCodewords.Check(
            [0x10, 0x20, 0x0C, 0x56, 0x61, 0x80, 0xEC, 0x11, 0xEC, 0x11, 0xEC, 0x11, 0xEC, 0x11, 0xEC, 0x11],
            QrCodewords.Generator(10)).Select(word => (int)word));

    [Theory]
    [InlineData(1, 21)]
    [InlineData(14, 21)]
    [InlineData(15, 25)]
    [InlineData(48, 33)]
    [InlineData(213, 57)]
    public void The_smallest_version_is_taken(int bytes, int size) =>
        Assert.Equal(size, QrCode.Of(new string('x', bytes)).Size);

    [Fact]
    public void What_does_not_fit_is_refused() =>
        Assert.Throws<ArgumentException>(() => QrCode.Of(new string('x', 214)));

    [Fact]
    [Trait("Needs", "node")]
    public async Task A_foreign_reader_reads_every_version()
    {
        string[] texts =
        [
            Address, .. new[] { 1, 14, 26, 42, 62, 84, 106, 122, 152, 180, 213 }
                .Select(length => string.Concat(Enumerable.Repeat("5Hx", 80))[..length]),
        ];
        foreach (var text in texts)
        {
            var code = QrCode.Of(text);
            var rows = Enumerable.Range(0, code.Size).Select(
                y => string.Concat(Enumerable.Range(0, code.Size).Select(x => code[x, y] ? '1' : '0')));

            var read = await NodeScript.RunAsync(
                "qr.mjs", [string.Join('/', rows)], TestContext.Current.CancellationToken);

            Assert.Equal(text, (string)read["text"]!);
        }
    }
}
