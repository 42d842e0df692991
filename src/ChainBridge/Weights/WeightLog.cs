using System.Text.Json;
using Gateway.ChainBridge.Blocks;
using Gateway.ChainBridge.Payouts;

namespace Gateway.ChainBridge.Weights;

/// <summary>The setter's memory: every extrinsic before it is sent, with the weights and the salt of a commitment, and
/// what became of it. A line is on the disk when a method returns. For one caller at a time.</summary>
internal sealed class WeightLog : IDisposable
{
    private const string FileName = "weights.log";

    private readonly ChainedFile _file;
    private readonly byte[] _account;
    private readonly string _owner;
    private readonly List<WeightEntry> _entries = [];
    private readonly Dictionary<string, int> _byHash = [];

    private WeightLog(ChainedFile file, byte[] account, Hash256 genesis)
    {
        _file = file;
        _account = account;
        _owner = $"{genesis} {Keys.Ss58.Encode(account)}";
    }

    /// <summary>Extrinsics without an end.</summary>
    public IEnumerable<WeightEntry> Open => _entries.Where(entry => entry.End is null);

    /// <summary>The nonce after all that were used on the chain, as far as this log knows.</summary>
    public long NextNonce => _entries
        .Where(entry => entry.End?.Kind is WeightEndKind.Done or WeightEndKind.Failed)
        .Select(entry => entry.Extrinsic.Nonce + 1)
        .DefaultIfEmpty()
        .Max();

    /// <summary>Opens the log in a folder, made where missing, and takes what this account wrote on this chain.
    /// </summary>
    /// <exception cref="InvalidDataException">A line is not what was written.</exception>
    /// <exception cref="UnauthorizedAccessException">Group or others may write it.</exception>
    public static WeightLog OpenIn(string folder, byte[] account, Hash256 genesis)
    {
        Directory.CreateDirectory(folder);
        var path = Path.Combine(folder, FileName);
        var log = new WeightLog(ChainedFile.Open(path, out var lines), account, genesis);
        try
        {
            foreach (var line in lines)
            {
                log.Apply(WeightRecord.Parse(line));
            }

            return log;
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException or FormatException
            or ArgumentException)
        {
            log.Dispose();
            throw new InvalidDataException($"{path} was written by another program: {failure.Message}", failure);
        }
    }

    /// <summary>The extrinsic of a subnet that has no end; null: it may say something.</summary>
    public WeightEntry? OpenOf(ushort netuid) => Open.FirstOrDefault(entry => entry.NetUid == netuid);

    /// <summary>Commitments that the chain took and that are neither revealed nor lost, oldest first.</summary>
    public IReadOnlyList<WeightEntry> Standing(ushort netuid) =>
    [
        .. _entries.Where(entry => entry is { Word: WeightWord.Commit, Lost: null, End.Kind: WeightEndKind.Done }
            && entry.NetUid == netuid && !IsRevealed(entry)),
    ];

    /// <summary>The epoch of the last word that was not lost on its way; null: none.</summary>
    public ulong? LastEpoch(ushort netuid) => _entries.FindLast(entry => entry.NetUid == netuid
        && entry.Word != WeightWord.Reveal
        && entry.End?.Kind is not (WeightEndKind.Expired or WeightEndKind.Taken))?.Epoch;

    /// <summary>It was signed.</summary>
    public void Signed(WeightEntry entry, DateTimeOffset at) => Add(WeightRecord.Of(entry, _owner, at));

    /// <summary>It has an end.</summary>
    public void Ended(string hash, WeightEnd end, DateTimeOffset at) =>
        Add(WeightRecord.Of(hash, end, _owner, at));

    /// <summary>A commitment will never be revealed.</summary>
    public void Lost(string hash, string because, DateTimeOffset at) => Add(new()
    {
        Kind = "lost",
        Name = hash,
        Owner = _owner,
        At = at.ToUnixTimeMilliseconds(),
        Because = because,
    });

    public void Dispose() => _file.Dispose();

    private bool IsRevealed(WeightEntry commit) => _entries.Exists(entry =>
        entry is { Word: WeightWord.Reveal, End.Kind: WeightEndKind.Done }
        && entry.Said.Salt.SequenceEqual(commit.Said.Salt)
        && entry.NetUid == commit.NetUid);

    private void Add(WeightRecord record)
    {
        _file.Add(record.ToString());
        Apply(record);
    }

    private void Apply(WeightRecord record)
    {
        if (record.Owner != _owner)
        {
            return;
        }

        switch (record.Kind)
        {
            case "signed":
                _byHash.Add(record.Name, _entries.Count);
                _entries.Add(record.ToEntry(_account));
                break;
            case "ended":
                Change(record.Name, entry => entry with { End = record.ToEnd() });
                break;
            case "lost":
                Change(record.Name, entry => entry with { Lost = record.Because });
                break;
            default:
                throw new InvalidOperationException($"a line is of the unknown kind {record.Kind}");
        }
    }

    private void Change(string hash, Func<WeightEntry, WeightEntry> change)
    {
        if (!_byHash.TryGetValue(hash, out var at))
        {
            throw new InvalidOperationException($"a line tells of {hash}, which was never signed");
        }

        _entries[at] = change(_entries[at]);
    }
}
