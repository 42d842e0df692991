using Gateway.Router;

namespace Gateway.Api.Chat;

/// <summary>What the messages amount to.</summary>
/// <param name="TextBytes">Bytes of all text as it stands in the body, escapes included: never fewer than its
/// UTF-8.</param>
/// <param name="PlainBytes">UTF-8 bytes of the same text without its escapes.</param>
/// <param name="Images">Number of image parts.</param>
/// <param name="Sounds">Number of sound parts.</param>
/// <param name="ImageBytes">Bytes of the body that are images.</param>
/// <param name="SoundBytes">Bytes of the body that are sounds.</param>
/// <param name="Needs">What an expert must be able to read.</param>
internal readonly record struct Prompt(
    long TextBytes, long PlainBytes, int Images, int Sounds, long ImageBytes, long SoundBytes, Features Needs)
{
    /// <summary>Images that are named by address, and not in the body yet.</summary>
    public int RemoteImages { get; init; }

    public static Prompt operator +(Prompt left, Prompt right) => new(
        left.TextBytes + right.TextBytes,
        left.PlainBytes + right.PlainBytes,
        left.Images + right.Images,
        left.Sounds + right.Sounds,
        left.ImageBytes + right.ImageBytes,
        left.SoundBytes + right.SoundBytes,
        left.Needs | right.Needs)
    {
        RemoteImages = left.RemoteImages + right.RemoteImages,
    };

    public static Prompt Of(Features needs) => default(Prompt) with { Needs = needs };

    public static Prompt OfText(long bytes, long plainBytes) =>
        default(Prompt) with { TextBytes = bytes, PlainBytes = plainBytes };

    public static Prompt OfImage(long bytes) => new(0, 0, 1, 0, bytes, 0, Features.Vision);

    public static Prompt OfRemoteImage(long bytes) => OfImage(bytes) with { RemoteImages = 1 };

    public static Prompt OfSound(long bytes) => new(0, 0, 0, 1, 0, bytes, Features.Audio);
}
