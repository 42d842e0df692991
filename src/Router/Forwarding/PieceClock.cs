namespace Gateway.Router.Forwarding;

/// <summary>When the pieces of a stream came from the expert and went to the caller: what the gateway makes of their
/// rhythm. A few additions a piece.</summary>
internal sealed class PieceClock
{
    // The jitter is kept in sixteenths, so that whole numbers do (RFC 3550, A.8).
    private const int Scale = 4;

    private long _transit = -1;
    private long _jitter;
    private int _pieces;

    /// <summary>When the first piece was handed to the connection; 0: none was.</summary>
    internal long First { get; private set; }

    /// <summary>How uneven the way through the gateway was, smoothed as RTP's interarrival jitter (RFC 3550, 6.4.1), in
    /// timestamps; null before a second piece.</summary>
    internal long? Jitter => _pieces > 1 ? _jitter >> Scale : null;

    /// <summary>Bytes of the body handed to the connection.</summary>
    internal long Bytes { get; private set; }

    internal void Count(int bytes) => Bytes += bytes;

    /// <summary>Notes a piece.</summary>
    /// <param name="arrived">The timestamp at which it was read from the expert.</param>
    /// <param name="sent">The one at which it was handed to the connection.</param>
    internal void Note(long arrived, long sent)
    {
        First = First == 0 ? sent : First;
        _pieces++;
        var transit = Math.Max(0, sent - arrived);
        if (_transit >= 0)
        {
            _jitter += Math.Abs(transit - _transit) - ((_jitter + (1 << (Scale - 1))) >> Scale);
        }

        _transit = transit;
    }
}
