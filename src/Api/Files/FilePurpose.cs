namespace Gateway.Api.Files;

/// <summary>What a file is for.</summary>
internal static class FilePurpose
{
    /// <summary>Lines that a batch runs.</summary>
    public const string Batch = "batch";

    /// <summary>Whatever a caller keeps.</summary>
    public const string UserData = "user_data";

    /// <summary>What became of a batch's lines: made here.</summary>
    public const string BatchOutput = "batch_output";

    /// <summary>Those that a caller may upload.</summary>
    public static IReadOnlyList<string> OfUploads { get; } = [Batch, UserData];

    /// <summary>All there are.</summary>
    public static IReadOnlyList<string> All { get; } = [.. OfUploads, BatchOutput];
}
