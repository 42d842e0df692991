using System.Text.Json;

namespace Gateway.ChainBridge.Payouts;

/// <summary>The signer's own memory: every extrinsic before it was sent, what became of it, and what it has seen of the
/// world. It outlives the books and corrects them when they go back in time. For one caller at a time.</summary>
internal sealed class SignerLog : IDisposable
{
    private const string FileName = "payouts.log";

    private readonly ChainedFile _file;
    private readonly List<LogEntry> _entries = [];
    private readonly Dictionary<string, int> _byHash = [];
    private readonly Dictionary<string, List<int>> _byOrder = [];
    private readonly Dictionary<string, (string Owner, DateTimeOffset Since)> _owners = [];
    private readonly Dictionary<string, string> _shapes = [];

    private SignerLog(ChainedFile file) => _file = file;

    /// <summary>All extrinsics, oldest first.</summary>
    public IReadOnlyList<LogEntry> Entries => _entries;

    /// <summary>Opens the log in a folder, made where missing.</summary>
    /// <exception cref="InvalidDataException">A line is not what was written.</exception>
    public static SignerLog Open(string folder)
    {
        Directory.CreateDirectory(folder);
        var path = Path.Combine(folder, FileName);
        var log = new SignerLog(ChainedFile.Open(path, out var lines));
        try
        {
            foreach (var line in lines)
            {
                log.Apply(LogRecord.Parse(line));
            }

            return log;
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException or FormatException)
        {
            log.Dispose();
            throw new InvalidDataException($"{path} was written by another program: {failure.Message}", failure);
        }
    }

    /// <summary>The extrinsic of a wallet that has no end; null: it may sign.</summary>
    public LogEntry? OpenOf(string wallet) =>
        _entries.FindLast(entry => entry.Wallet == wallet && entry.End is null);

    /// <summary>Whether an extrinsic is here.</summary>
    public bool Knows(string hash) => _byHash.ContainsKey(hash);

    /// <summary>An extrinsic as it stands now.</summary>
    public LogEntry Find(string hash) => _entries[_byHash[hash]];

    /// <summary>Every extrinsic that was signed for an order, oldest first.</summary>
    public IEnumerable<LogEntry> Of(string order) =>
        _byOrder.GetValueOrDefault(order, []).Select(at => _entries[at]);

    /// <summary>Whether an order needs no extrinsic any more: one was paid or given up, or is under way.</summary>
    public bool IsSettled(string order) =>
        Of(order).Any(entry => entry.End is null or { Kind: EndKind.Done or EndKind.Failed });

    /// <summary>Whether the last extrinsic that was sent for an order expired with the nonce that the books tell.
    /// </summary>
    public bool HasExpired(PayoutOrder order) =>
        Of(order.Id).LastOrDefault(entry => entry.End?.Kind != EndKind.Dropped) is { End.Kind: EndKind.Expired } last
        && last.Extrinsic.Nonce == order.Nonce;

    /// <summary>It was signed; on the disk when this returns.</summary>
    public void Signed(LogEntry entry)
    {
        Add(LogRecord.Of(entry));
        if (entry.IsStored)
        {
            Stored(entry.Extrinsic.Hash, entry.At);
        }
    }

    /// <summary>The books have it.</summary>
    public void Stored(string hash, DateTimeOffset at) =>
        Add(new() { Kind = "stored", Name = hash, At = at.ToUnixTimeMilliseconds() });

    /// <summary>It has an end.</summary>
    public void Ended(string hash, LogEnd end, DateTimeOffset at) => Add(LogRecord.Of(hash, end, at));

    /// <summary>Since when a hotkey has this owner, as far as this signer has seen; remembers a new one.</summary>
    public DateTimeOffset OwnerSince(string hotkey, string owner, DateTimeOffset now)
    {
        if (!_owners.TryGetValue(hotkey, out var seen) || seen.Owner != owner)
        {
            Add(new() { Kind = "owner", Name = hotkey, Value = owner, At = now.ToUnixTimeMilliseconds() });
        }

        return _owners[hotkey].Since;
    }

    /// <summary>The shape of the runtime that was last accepted for some purpose; null: none yet.</summary>
    public string? Shape(string purpose) => _shapes.GetValueOrDefault(purpose);

    /// <summary>Accepts a shape.</summary>
    public void AcceptShape(string purpose, string shape, DateTimeOffset now) =>
        Add(new() { Kind = "shape", Name = purpose, Value = shape, At = now.ToUnixTimeMilliseconds() });

    /// <summary>What was signed for orders of a kind since a moment, each order once; what was never sent or gave its
    /// rao back is left out.</summary>
    /// <param name="kind">Of these.</param>
    /// <param name="since">After this.</param>
    /// <param name="except">Orders that are not counted.</param>
    public long SignedSince(OrderKind kind, DateTimeOffset since, IReadOnlySet<string> except) => _entries
        .Where(entry => entry.At > since && entry.End?.Kind is not (EndKind.Dropped or EndKind.Released
            or EndKind.Failed))
        .SelectMany(entry => entry.Orders)
        .Where(order => order.Kind == kind && !except.Contains(order.Id))
        .DistinctBy(order => order.Id)
        .Sum(order => order.Amount.Value);

    /// <summary>The nonce that comes next by this log; null: it knows nothing of the wallet.</summary>
    public long? NextNonce(string wallet) => _entries
        .Where(entry => entry.Wallet == wallet)
        .Select(entry => entry.Extrinsic.Nonce
            + (entry.End?.Kind is EndKind.Done or EndKind.Released or EndKind.Failed ? 1 : 0))
        .Cast<long?>()
        .Max();

    /// <summary>What a wallet paid since a moment, fees included.</summary>
    public long PaidSince(string wallet, DateTimeOffset since) => _entries
        .Where(entry => entry.Wallet == wallet && entry.At > since && entry.End is not null)
        .Sum(entry => entry.End!.Fee.Value
            + (entry.End.Kind == EndKind.Done ? entry.Orders.Sum(order => order.Spends.Value) : 0));

    public void Dispose() => _file.Dispose();

    private void Add(LogRecord record)
    {
        _file.Add(record.ToString());
        Apply(record);
    }

    private void Apply(LogRecord record)
    {
        switch (record.Kind)
        {
            case "signed":
                AddEntry(record.ToEntry());
                break;
            case "stored":
                Change(record.Name, entry => entry with { IsStored = true });
                break;
            case "ended":
                Change(record.Name, entry => entry with { End = record.ToEnd() });
                break;
            case "owner":
                _owners[record.Name] = (record.Value!, DateTimeOffset.FromUnixTimeMilliseconds(record.At));
                break;
            case "shape":
                _shapes[record.Name] = record.Value!;
                break;
            default:
                throw new InvalidOperationException($"a line is of the unknown kind {record.Kind}");
        }
    }

    private void AddEntry(LogEntry entry)
    {
        _byHash.Add(entry.Extrinsic.Hash, _entries.Count);
        foreach (var order in entry.Orders)
        {
            if (!_byOrder.TryGetValue(order.Id, out var places))
            {
                _byOrder.Add(order.Id, places = []);
            }

            places.Add(_entries.Count);
        }

        _entries.Add(entry);
    }

    private void Change(string hash, Func<LogEntry, LogEntry> change)
    {
        if (!_byHash.TryGetValue(hash, out var at))
        {
            throw new InvalidOperationException($"a line tells of {hash}, which was never signed");
        }

        _entries[at] = change(_entries[at]);
    }
}
