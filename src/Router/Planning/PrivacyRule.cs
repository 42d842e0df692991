namespace Gateway.Router.Planning;

/// <summary>Who is private enough. The levels contain each other: a prompt that stays in the gateway's own machines is
/// also as safe as in attested hardware.</summary>
internal static class PrivacyRule
{
    /// <param name="upstream">Who would see the prompt.</param>
    /// <param name="wanted">What the caller asks for.</param>
    /// <param name="isSuspect">Whether its answers are worse than its word: then its word proves nothing.</param>
    /// <returns>Why it may not be asked, or <see cref="Reject.None"/>.</returns>
    internal static Reject ReasonOf(Upstream upstream, Privacy wanted, bool isSuspect)
    {
        if (wanted == Privacy.Any)
        {
            return Reject.None;
        }

        if (upstream.Privacy < wanted)
        {
            return Reject.Privacy;
        }

        return upstream.IsPrivacyProven && !isSuspect ? Reject.None : Reject.Unproven;
    }
}
