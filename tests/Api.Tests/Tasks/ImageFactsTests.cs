using System.Text;
using Gateway.Api.Tasks.Media;

namespace Gateway.Api.Tests.Tasks;

public sealed class ImageFactsTests
{
    private const string Riff = "524946460000000057454250";

    public static TheoryData<string, string, int, int> Files { get; } = new()
    {
        { "89504e470d0a1a0a0000000d4948445200000280000001e0", "png", 640, 480 },
        { "4749463839618002e001f70000", "gif", 640, 480 },
        { "ffd8ffe000104a46494600010100000100010000ffc0001108" + "01e00280", "jpeg", 640, 480 },
        { "ffd8ffe00003ffffc20011080001000203", "jpeg", 2, 1 },
        { Riff + "56503820" + "00000000" + "3000009d012a" + "8002e001" + "0000", "webp", 640, 480 },
        { Riff + "5650384c" + "00000000" + "2f7fc27700" + "0000000000", "webp", 640, 480 },
        { Riff + "56503858" + "00000000" + "00000000" + "7f0200" + "df0100", "webp", 640, 480 },
    };

    [Theory]
    [MemberData(nameof(Files))]
    public void The_first_bytes_say_what_a_file_is(string hex, string kind, int width, int height)
    {
        Assert.True(ImageFacts.TryRead(Convert.FromHexString(hex), out var facts));
        Assert.Equal(new(kind, width, height), facts);
    }

    [Theory]
    [InlineData("<svg xmlns='http://www.w3.org/2000/svg'/>")]
    [InlineData("BM and then a bitmap")]
    [InlineData("")]
    public void Another_format_is_none(string text) =>
        Assert.False(ImageFacts.TryRead(Encoding.UTF8.GetBytes(text), out _));
}
