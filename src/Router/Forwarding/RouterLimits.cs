namespace Gateway.Router.Forwarding;

/// <summary>The limits of attempts and streams; tests shorten them.</summary>
internal sealed record RouterLimits
{
    internal const int MaxAttempts = 3;
    internal const int BytesPerToken = 512;
    internal const int BytesBesideTokens = 64 * 1024;

    // Above this no answer is read, whatever the token limit: 64 MiB.
    private const long MostTokensRead = 131_072;

    /// <summary>From the start of an attempt to its first content.</summary>
    internal TimeSpan FirstToken { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Between two reads of an answer under way.</summary>
    internal TimeSpan Idle { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a caller may take nothing.</summary>
    internal TimeSpan CallerStall { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a caller may be waited for in all: one that always takes a little just in time would keep its
    /// expert busy for ever.</summary>
    internal TimeSpan CallerTotal { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>From the first attempt to the end of the answer, without the time spent waiting for the
    /// caller.</summary>
    internal TimeSpan Total { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Silence on a stream before a comment is sent.</summary>
    internal TimeSpan KeepAlive { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>What a whole answer may take per token before its first byte, on top of <see cref="FirstToken"/>: an
    /// upstream slower than 10 tokens a second is not worth the wait.</summary>
    internal TimeSpan WholePerToken { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>What an upstream may take to read a token of the prompt, on top of what it usually takes: 4,000 a
    /// second is assumed to be slow.</summary>
    internal TimeSpan ReadPerToken { get; init; } = TimeSpan.FromMicroseconds(250);

    // Who is three times as late as it nearly always is will not come; below two seconds everybody may be late.
    private const double LateFactor = 3;
    private const double LeastPatience = 2;

    /// <summary>How long to wait for a first token. What is usual was seen of prompts of usual length, so a long one
    /// has the time to read it on top: nobody is to be blamed for a prompt that takes long to read.</summary>
    /// <param name="late">Within how many seconds nearly all of this upstream's came; null: hardly anything is known of
    /// it.</param>
    /// <param name="inputTokens">Of this prompt.</param>
    internal TimeSpan FirstTokenOf(double? late, long inputTokens)
    {
        var reading = ReadPerToken * inputTokens;
        if (late is not { } seconds || FirstToken.TotalSeconds <= LeastPatience)
        {
            return FirstToken + reading;
        }

        return TimeSpan.FromSeconds(Math.Clamp(LateFactor * seconds, LeastPatience, FirstToken.TotalSeconds)) + reading;
    }

    internal static long MaxAnswerBytes(long outputLimit) =>
        (Math.Min(outputLimit, MostTokensRead) * BytesPerToken) + BytesBesideTokens;

    internal TimeSpan WholeAnswer(long outputLimit) =>
        FirstToken + (WholePerToken * Math.Min(outputLimit, MostTokensRead));
}
