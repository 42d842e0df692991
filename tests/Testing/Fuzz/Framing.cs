using System.Globalization;
using System.Text;

namespace Gateway.Testing.Fuzz;

/// <summary>How a body's end is told: rightly by its length or in chunks, or in a way that two servers could read
/// differently.</summary>
internal static class Framing
{
    private const string Chunked = "Transfer-Encoding: chunked\r\n";

    private static readonly string[] Announcements =
    [
        "Content-Length: -1", "Content-Length: 1e3", "Content-Length: 99999999999", "Content-Length: ",
        "Transfer-Encoding: gzip", "Transfer-Encoding: chunked, gzip",
    ];

    private static readonly string[] ChunkHeads = ["zz\r\n", "-1\r\n", "FFFFFFFFFFFFFFFFF\r\n", "5\n", "\r\n"];

    /// <summary>Writes the headers and frames the body; false when nobody can say where it ends.</summary>
    internal static bool Announce(StringBuilder head, ref byte[] body, Dice dice)
    {
        switch (dice.Below(40))
        {
            case < 22:
                Length(head, body.Length);
                return true;
            case < 32:
                head.Append(Chunked);
                body = InChunks(body, dice, dice.OneIn(5) ? ";a=b" : "", dice.OneIn(10) ? "T: v\r\n" : "");
                return true;
            case 32:
                Length(head, body.Length + 1 + dice.Below(1000));
                return false;
            case 33:
                Length(head, body.Length);
                Length(head, body.Length + dice.Below(2));
                return false;
            case 34:
                head.Append(Chunked);
                Length(head, body.Length);
                body = InChunks(body, dice, "", "");
                return false;
            case 35:
                head.Append(dice.Pick(Announcements)).Append("\r\n");
                return false;
            case 36:
                head.Append(Chunked);
                body = [.. Encoding.ASCII.GetBytes(dice.Pick(ChunkHeads)), .. body];
                return false;
            case 37:
                head.Append(Chunked);
                body = InChunks(body, dice, "\n;x", "");
                return false;
            case 38:
                head.Append(Chunked);
                body = InChunks(body, dice, "", "")[..^dice.Below(5)];
                return false;
            default:
                head.Append(Chunked);
                return false;
        }
    }

    private static void Length(StringBuilder head, int length) =>
        head.Append(CultureInfo.InvariantCulture, $"Content-Length: {length}\r\n");

    private static byte[] InChunks(byte[] body, Dice dice, string extension, string trailer)
    {
        var framed = new List<byte>();
        for (var at = 0; at < body.Length;)
        {
            var length = Math.Min(body.Length - at, 1 + dice.Below(dice.OneIn(4) ? 10 : 5_000));
            framed.AddRange(Encoding.ASCII.GetBytes($"{length:X}{extension}\r\n"));
            framed.AddRange(body.AsSpan(at, length));
            framed.AddRange("\r\n"u8);
            at += length;
        }

        framed.AddRange(Encoding.ASCII.GetBytes($"0\r\n{trailer}\r\n"));
        return [.. framed];
    }
}
