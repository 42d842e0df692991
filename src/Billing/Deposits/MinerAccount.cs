using System.Globalization;
using Gateway.Core;

namespace Gateway.Billing;

/// <summary>A miner as the books know it: a hotkey on a subnet.</summary>
internal readonly record struct MinerAccount(NetUid NetUid, Hotkey Hotkey)
{
    private const string UpstreamPrefix = "sn";
    private const string AccountPrefix = "miner_payable/";

    /// <summary>Its account in the books.</summary>
    internal string Account => $"{AccountPrefix}{NetUid}/{Hotkey}";

    /// <summary>Reads an upstream's name <c>sn4/5F...</c>; false for those that are no miners.</summary>
    internal static bool TryParse(string upstream, out MinerAccount miner) =>
        TryParse(upstream, UpstreamPrefix, out miner);

    /// <summary>Reads <see cref="Account"/>.</summary>
    internal static bool TryParseAccount(string account, out MinerAccount miner) =>
        TryParse(account, AccountPrefix, out miner);

    private static bool TryParse(string text, string prefix, out MinerAccount miner)
    {
        miner = default;
        if (!text.StartsWith(prefix, StringComparison.Ordinal))
        {
            return false;
        }

        var slash = text.IndexOf('/', prefix.Length);
        if (slash < 0 || slash == text.Length - 1
            || !ushort.TryParse(
                text.AsSpan(prefix.Length..slash), NumberStyles.None, CultureInfo.InvariantCulture, out var netUid))
        {
            return false;
        }

        miner = new(new(netUid), new(text[(slash + 1)..]));
        return true;
    }
}
