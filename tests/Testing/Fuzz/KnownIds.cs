using System.Text;
using System.Text.RegularExpressions;

namespace Gateway.Testing.Fuzz;

/// <summary>Ids that answers told of late: with them requests reach what is behind the question whether it is
/// there.</summary>
internal sealed partial class KnownIds
{
    private const int Kept = 64;
    private const int LookedAt = 4096;

    private readonly Lock _gate = new();
    private readonly List<string> _ids = ["req_0198a000000070008000000000000000", "devnet-small", "rl-*", "2026-03"];
    private readonly HashSet<string> _spared = [];
    private int _next;

    /// <summary>Never names these: without them nothing more could be sent.</summary>
    internal void Spare(ReadOnlySpan<byte> answer)
    {
        foreach (Match id in Id().Matches(Encoding.UTF8.GetString(answer)))
        {
            _spared.Add(id.Groups["id"].Value);
        }
    }

    internal void Note(ReadOnlySpan<byte> answer)
    {
        var ids = Id().Matches(Encoding.UTF8.GetString(answer[..Math.Min(answer.Length, LookedAt)]));
        lock (_gate)
        {
            foreach (var id in ids.Select(match => match.Groups["id"].Value).Where(id => !_spared.Contains(id)))
            {
                if (_ids.Count < Kept)
                {
                    _ids.Add(id);
                }
                else
                {
                    _ids[_next++ % Kept] = id;
                }
            }
        }
    }

    internal string Pick(Dice dice)
    {
        lock (_gate)
        {
            return dice.Pick(_ids);
        }
    }

    [GeneratedRegex("\"id\":\\s?\"(?<id>[A-Za-z]+_[0-9A-Za-z]{8,40})\"")]
    private static partial Regex Id();
}
