using System.Security.Cryptography;

namespace Gateway.Core;

/// <summary>Random bytes of the system, drawn in bulk: a call into the system's generator costs the same for a thousand
/// bytes as for sixteen. Each thread has its own stock; bytes handed out are wiped from it.</summary>
public static class SecureRandom
{
    private const int StockSize = 1024;

    [ThreadStatic]
    private static byte[]? _stock;

    [ThreadStatic]
    private static int _left;

    /// <summary>Fills the span with bytes nobody can predict.</summary>
    public static void Fill(Span<byte> bytes)
    {
        if (bytes.Length > StockSize)
        {
            RandomNumberGenerator.Fill(bytes);
            return;
        }

        var stock = _stock ??= new byte[StockSize];
        if (_left < bytes.Length)
        {
            RandomNumberGenerator.Fill(stock);
            _left = StockSize;
        }

        var taken = stock.AsSpan(_left - bytes.Length, bytes.Length);
        taken.CopyTo(bytes);
        taken.Clear();
        _left -= bytes.Length;
    }
}
