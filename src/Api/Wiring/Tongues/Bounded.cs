namespace Gateway.Api.Wiring.Tongues;

/// <summary>Reads what a miner sends, and no more than it may.</summary>
internal static class Bounded
{
    /// <summary>All of a stream; null when it is longer than <paramref name="most"/> bytes.</summary>
    /// <exception cref="IOException">The connection broke.</exception>
    public static async Task<byte[]?> ReadAsync(Stream stream, int most, CancellationToken ct)
    {
        using var bytes = new MemoryStream();
        var piece = new byte[Math.Min(most, 16 * 1024)];
        while (await stream.ReadAsync(piece, ct) is var count and > 0)
        {
            if (bytes.Length + count > most)
            {
                return null;
            }

            await bytes.WriteAsync(piece.AsMemory(0, count), ct);
        }

        return bytes.ToArray();
    }
}
