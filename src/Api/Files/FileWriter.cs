using System.Globalization;
using Gateway.Api.Content;
using Microsoft.EntityFrameworkCore;

namespace Gateway.Api.Files;

/// <summary>Writes a file piece by piece. Nobody sees it before its writer says that it is whole.</summary>
internal sealed class FileWriter(IDbContextFactory<ContentDb> contexts, ContentSeal seal, Guid file)
{
    /// <summary>The plain bytes of a piece.</summary>
    public const int PieceSize = 256 * 1024;

    private readonly byte[] _piece = new byte[PieceSize];
    private int _filled;
    private int _pieces;

    public Guid File => file;

    /// <summary>Bytes written so far.</summary>
    public long Length => ((long)_pieces * PieceSize) + _filled;

    public async Task WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken ct)
    {
        while (bytes.Length > 0)
        {
            var taken = Math.Min(bytes.Length, PieceSize - _filled);
            bytes[..taken].CopyTo(_piece.AsMemory(_filled));
            _filled += taken;
            bytes = bytes[taken..];
            if (_filled == PieceSize)
            {
                await PushAsync(ct);
                _pieces++;
                _filled = 0;
            }
        }
    }

    /// <summary>Writes what is left; the file is whole but not yet to be seen.</summary>
    public Task EndAsync(CancellationToken ct) => _filled > 0 ? PushAsync(ct) : Task.CompletedTask;

    /// <summary>What a piece is sealed as.</summary>
    public static string Part(int piece) => "piece " + piece.ToString(CultureInfo.InvariantCulture);

    private async Task PushAsync(CancellationToken ct)
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        db.Add(new FilePieceRow
        {
            File = file,
            N = _pieces,
            Data = seal.Seal(file, Part(_pieces), _piece.AsSpan(0, _filled)),
        });
        await db.SaveChangesAsync(ct);
    }
}
