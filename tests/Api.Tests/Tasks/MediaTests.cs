using Gateway.Api.OpenAi;
using Gateway.Api.Tasks.Media;

namespace Gateway.Api.Tests.Tasks;

/// <summary>What files are, and how large or long, by their own bytes.</summary>
public sealed class MediaTests
{
    /// <summary>Sounds: kind, length in milliseconds (-1: not told), bytes.</summary>
    public static TheoryData<string, long, byte[]> Sounds => new()
    {
        { "wav", 1500, Samples.Wav(1500) },
        { "wav", 1500, Samples.Wav(1500, claimed: 0xFFFF_FFFF) },
        { "wav", 1500, Samples.Wav(1500, claimed: 0x7FFF_F000) },
        { "wav", 1500, Samples.Wav(1500, claimed: 0) },
        { "mp3", 2612, Samples.Mp3(100) },
        { "mp3", 2612, [.. Samples.Mp3(100), .. new byte[128]] },
        { "aac", 2133, Samples.Aac(100) },
        { "flac", 2000, Samples.Flac(16_000, sound: 5000) },
        { "flac", -1, Samples.Flac(0, sound: 5000) },
        { "ogg", 3000, Samples.Ogg(144_000) },
        { "ogg", 4000, [.. Samples.Ogg(144_000), .. Samples.Ogg(48_000)] },
        { "ogg", -1, Samples.Ogg(144_000, head: "Speex   ") },
        { "mp4", 90_000, Samples.Mp4(90_000) },
        { "mp4", -1, Samples.Mp4(0) },
        { "webm", 1250, Samples.WebM(1250) },
        { "webm", -1, Samples.WebM(null) },
    };

    public static TheoryData<byte[]> NoSounds => new()
    {
        Array.Empty<byte>(),
        "RIFF"u8.ToArray(),
        "RIFF\0\0\0\0WAVE"u8.ToArray(),
        "RIFF\0\0\0\0WAVEdata\0\0\0\0"u8.ToArray(),
        "<html>not a sound at all</html>"u8.ToArray(),
        Samples.Wav(0),
        Samples.Flac(1L << 35, sound: 10),
        Samples.Png(4, 4),
    };

    [Theory]
    [MemberData(nameof(Sounds))]
    public void A_sound_tells_its_kind_and_length(string kind, long ms, byte[] bytes)
    {
        Assert.True(SoundFacts.TryRead(bytes, out var facts));
        Assert.Equal((kind, ms), (facts.Kind, facts.Ms ?? -1));
    }

    [Theory]
    [MemberData(nameof(NoSounds))]
    public void What_is_no_sound_is_none(byte[] bytes) => Assert.False(SoundFacts.TryRead(bytes, out _));

    [Fact]
    public void A_head_that_claims_less_than_its_bytes_can_be_is_not_believed()
    {
        Assert.True(SoundFacts.TryRead(Samples.Flac(80, sound: 1_600_000), out var flac));
        Assert.Equal(100_000, flac.Ms);
        byte[] mp4 = [.. Samples.Mp4(1), .. new byte[5 * 1024 * 1024]];
        Assert.True(SoundFacts.TryRead(mp4, out var film));
        Assert.InRange(film.Ms!.Value, 5000, 5001);
    }

    [Fact]
    public void A_sound_that_does_not_say_is_bounded_by_its_size()
    {
        Assert.True(SoundFacts.TryRead(Samples.WebM(null), out var facts));
        Assert.Equal(facts.Bytes * 1000 / 750, facts.BoundMs);
        Assert.InRange(facts.GuessMs, 1, facts.BoundMs);
    }

    [Fact]
    public void An_image_tells_its_kind_and_size()
    {
        Assert.True(ImageFacts.TryRead(Samples.Png(640, 480), out var png));
        Assert.True(ImageFacts.TryRead(Samples.Jpeg(640, 480), out var jpeg));
        Assert.True(ImageFacts.TryRead(Samples.WebP(640, 480), out var webp));
        Assert.True(ImageFacts.TryRead([.. "GIF89a"u8, 0x80, 2, 0xE0, 1], out var gif));

        Assert.Equal(
            [("png", 640, 480), ("jpeg", 640, 480), ("webp", 640, 480), ("gif", 640, 480)],
            ((ImageFacts[])[png, jpeg, webp, gif]).Select(one => (one.Kind, one.Width, one.Height)));
    }

    [Fact]
    public void A_head_that_is_cut_anywhere_never_throws()
    {
        byte[][] files =
        [
            Samples.Png(4, 4), Samples.Jpeg(4, 4), Samples.WebP(4, 4), Samples.Wav(2), Samples.Mp3(2), Samples.Aac(2),
            Samples.Flac(100, 10), Samples.Ogg(100), Samples.Mp4(5), Samples.WebM(5)[..60],
        ];
        var random = new Random(7);
        foreach (var file in files)
        {
            for (var length = 0; length <= file.Length; length++)
            {
                ReadBoth(file[..length]);
            }

            for (var round = 0; round < 3000; round++)
            {
                var spoilt = (byte[])file.Clone();
                for (var times = random.Next(1, 6); times > 0; times--)
                {
                    spoilt[random.Next(Math.Min(spoilt.Length, 130))] = (byte)random.Next(256);
                }

                ReadBoth(spoilt);
            }
        }
    }

    [Fact]
    public void A_picture_as_a_file_is_small_enough_and_of_three_kinds()
    {
        Assert.Equal(4, ImageData.Check(Samples.Png(4, 5), "image").Width);
        Assert.Throws<RefusedException>(() => ImageData.Check(Samples.Png(10_000, 10_000), "image"));
        Assert.Throws<RefusedException>(() => ImageData.Check("GIF89a\u0001\0\u0001\0"u8, "image"));
        Assert.Throws<RefusedException>(() => ImageData.Check("<svg/>"u8, "image"));
    }

    private static void ReadBoth(byte[] bytes)
    {
        if (SoundFacts.TryRead(bytes, out var sound))
        {
            Assert.True(sound.BoundMs >= 0 && sound.GuessMs >= 0);
        }

        if (ImageFacts.TryRead(bytes, out var image))
        {
            Assert.True(image.Pixels > 0);
        }
    }
}
