namespace Gateway.Api.Tasks.Media;

/// <summary>A format in which sound is sent to a caller.</summary>
/// <param name="Name">As the API names it.</param>
/// <param name="MediaType">What the answer says that it is.</param>
internal sealed record SoundFormat(string Name, string MediaType)
{
    private static readonly SoundFormat[] All =
    [
        new("mp3", "audio/mpeg"), new("opus", "audio/ogg"), new("aac", "audio/aac"), new("flac", "audio/flac"),
        new("wav", "audio/wav"), new("pcm", "audio/pcm"),
    ];

    /// <summary>All of their names, for people.</summary>
    public static string Names { get; } = string.Join(", ", All.Select(format => format.Name));

    public static SoundFormat? Find(string name) => Array.Find(All, format => format.Name == name);

    /// <summary>Whether bytes are of this format. Raw samples of 16 bits look like anything but a text.</summary>
    public bool Fits(ReadOnlySpan<byte> bytes) => Name switch
    {
        "pcm" => bytes.Length > 0 && bytes.Length % 2 == 0 && !bytes.StartsWith("{"u8) && !bytes.StartsWith("<"u8),
        "opus" => SoundFacts.TryRead(bytes, out var facts) && facts.Kind == "ogg",
        _ => SoundFacts.TryRead(bytes, out var facts) && facts.Kind == Name,
    };
}
