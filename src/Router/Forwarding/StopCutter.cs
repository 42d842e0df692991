namespace Gateway.Router.Forwarding;

/// <summary>Ends a text before the first stop text in it, however it is split. Of several the one wins that is complete
/// first, as if the text came letter by letter. Held back is only what may be the beginning of one.</summary>
internal sealed class StopCutter(IReadOnlyList<string> stops)
{
    private readonly int _mostHeld = stops.Count == 0 ? 0 : stops.Max(stop => stop.Length) - 1;

    /// <summary>What was taken and not given yet.</summary>
    internal string Held { get; private set; } = "";

    /// <summary>Whether a stop text was met: nothing more is given.</summary>
    internal bool IsStopped => Met is not null;

    /// <summary>The stop text that was met.</summary>
    internal string? Met { get; private set; }

    /// <summary>Takes the next piece and gives what may be handed on.</summary>
    /// <param name="text">The piece, valid Unicode.</param>
    /// <param name="isLast">Whether nothing follows, so that nothing is held back.</param>
    internal string Take(string text, bool isLast)
    {
        if (IsStopped)
        {
            return "";
        }

        var all = Held + text;
        if (Find(all) is { } at)
        {
            (Met, Held) = (at.Stop, "");
            return all[..at.Place];
        }

        var kept = isLast ? 0 : Beginning(all);
        Held = all[^kept..];
        return all[..^kept];
    }

    private (string Stop, int Place)? Find(string text)
    {
        var (best, end, met) = (-1, int.MaxValue, "");
        foreach (var stop in stops)
        {
            var at = text.IndexOf(stop, StringComparison.Ordinal);
            if (at >= 0 && (at + stop.Length < end || (at + stop.Length == end && at < best)))
            {
                (best, end, met) = (at, at + stop.Length, stop);
            }
        }

        return best < 0 ? null : (met, best);
    }

    // The longest end of the text that a stop text begins with.
    private int Beginning(string text)
    {
        for (var length = Math.Min(_mostHeld, text.Length); length > 0; length--)
        {
            var end = text.AsSpan(text.Length - length);
            foreach (var stop in stops)
            {
                if (stop.Length > length && stop.AsSpan().StartsWith(end, StringComparison.Ordinal))
                {
                    return length;
                }
            }
        }

        return 0;
    }
}
