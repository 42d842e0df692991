using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using Gateway.Api.OpenAi;
using Gateway.Core;

namespace Gateway.Api.Access;

/// <summary>Finds who a key belongs to: in memory by the first half of its keyed hash, compared in full in fixed time;
/// else one database read that all callers of the same unknown key share, then remembered either way.</summary>
internal sealed class KeyDirectory(
    AccessStore store, Pepper pepper, TimeProvider time, IKeyNews? news = null, FailureBrake? brake = null)
    : IDisposable
{
    /// <summary>Unknown keys remembered as unknown; beyond it the memory starts anew, so it cannot be filled
    /// up.</summary>
    public const int MaxUnknown = 65_536;

    private const int HashSize = HMACSHA256.HashSizeInBytes;
    private const int MaxKeyLength = 64;
    private const int MaxParallelReads = 8;

    private const int MaxWaiting = 256;
    private const int RetryAfterSeconds = 1;

    private static readonly TimeSpan UnknownFor = TimeSpan.FromSeconds(30);

    // A key that was revoked or changed in the store is noticed within this time.
    private static readonly TimeSpan FreshFor = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan TrustedFor = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan RefreshLimit = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<UInt128, KnownKey> _known = new();
    private readonly ConcurrentDictionary<UInt128, long> _unknown = new();
    private readonly ConcurrentDictionary<UInt128, Lazy<Task<KnownKey?>>> _reads = new();
    private readonly SemaphoreSlim _readSlots = new(MaxParallelReads);
    // By the string as an object. The server hands out one string as long as a connection repeats a header, so that
    // such a key need not be hashed for every request; a text is never compared with another here.
    private readonly ConditionalWeakTable<string, byte[]> _hashes = [];
    private readonly ChangeMarks _changesOf = new();
    private int _waiting;
    private int _changes;
    private long _storeReads;

    /// <summary>How often a request waited for the store to say whose its key is.</summary>
    public long StoreReads => Volatile.Read(ref _storeReads);

    /// <summary>Another number whenever something about an organisation's callers has changed.</summary>
    public long ChangesOf(OrgId org) => _changesOf.Of(org);

    /// <summary>The caller of a key that stands in a header; see <see cref="FindAsync"/>.</summary>
    /// <param name="header">The header's value, always the one this key was read from.</param>
    /// <param name="key">The key.</param>
    /// <param name="from">Whoever sent it, whose failures may keep an unknown key from being looked up.</param>
    public ValueTask<Caller?> FindInAsync(string header, ReadOnlySpan<char> key, ConnectionInfo? from = null)
    {
        if (_hashes.TryGetValue(header, out var seen))
        {
            return FindHashedAsync(seen, from);
        }

        if (!ApiKey.IsWellFormed(key))
        {
            return default;
        }

        var hash = new byte[HashSize];
        Hash(key, hash);

        // Only of known keys: made-up ones must not fill the table.
        if (_known.ContainsKey(MemoryMarshal.Read<UInt128>(hash)))
        {
            _hashes.AddOrUpdate(header, hash);
        }

        return FindHashedAsync(hash, from);
    }

    /// <summary>The caller of a key, or null when there is none or it has expired.</summary>
    /// <param name="key">The key as sent; anything that is not a whole key is refused without a look-up.</param>
    public ValueTask<Caller?> FindAsync(ReadOnlySpan<char> key)
    {
        if (!ApiKey.IsWellFormed(key))
        {
            return default;
        }

        Span<byte> hash = stackalloc byte[HashSize];
        Hash(key, hash);
        return FindHashedAsync(hash);
    }

    public void Dispose() => _readSlots.Dispose();

    private void Hash(ReadOnlySpan<char> key, Span<byte> hash)
    {
        Span<byte> text = stackalloc byte[MaxKeyLength];
        HMACSHA256.HashData(pepper.Bytes, text[..Encoding.ASCII.GetBytes(key, text)], hash);
    }

    private ValueTask<Caller?> FindHashedAsync(ReadOnlySpan<byte> hash, ConnectionInfo? from = null)
    {
        var index = MemoryMarshal.Read<UInt128>(hash);
        if (_known.TryGetValue(index, out var known) && !known.IsStale
            && time.GetElapsedTime(known.ReadAt) < FreshFor)
        {
            return ValueTask.FromResult(Check(known, hash));
        }

        if ((_unknown.TryGetValue(index, out var readAt) && time.GetElapsedTime(readAt) < UnknownFor)
            || (known is null && from is not null && brake?.Refuses(from.RemoteIpAddress) == true))
        {
            return default;
        }

        return new(ReadAsync(index, hash.ToArray()));
    }

    /// <summary>Reads an organisation's keys anew when they are next used, here and on other replicas: something about
    /// them has changed here.</summary>
    public void Refresh(OrgId org)
    {
        Heard(org);
        news?.Changed(org);
    }

    /// <summary>Reads an organisation's keys anew when they are next used: something about them has changed.</summary>
    public void Heard(OrgId org)
    {
        // Before the marks: what is just being read may be older than the change.
        Interlocked.Increment(ref _changes);
        _changesOf.Note(org);
        foreach (var known in _known.Values)
        {
            if (known.Caller.Org == org)
            {
                known.IsStale = true;
            }
        }
    }

    private Caller? Check(KnownKey known, ReadOnlySpan<byte> hash) =>
        CryptographicOperations.FixedTimeEquals(known.Hash, hash)
        && !(known.Caller.ExpiresAt <= time.GetUtcNow())
            ? known.Caller
            : null;

    private async Task<Caller?> ReadAsync(UInt128 index, byte[] hash)
    {
        Interlocked.Increment(ref _storeReads);
        var known = StillTrusted(index);
        var read = _reads.GetOrAdd(index, _ => new(() => ReadOnceAsync(hash, known is not null)));
        try
        {
            // Who is known does not wait long for a store that does not answer.
            var found = await read.Value.WaitAsync(known is null ? Timeout.InfiniteTimeSpan : RefreshLimit, time);
            Remember(index, found);
            return found is null ? null : Check(found, hash);
        }
        catch (Exception failure) when (known is not null && (failure is TimeoutException || StoreFault.Is(failure)))
        {
            return Check(known, hash);
        }
        finally
        {
            _reads.TryRemove(new(index, read));
        }
    }

    // While the store is silent a key lives as long as what it could spend was set aside for.
    private KnownKey? StillTrusted(UInt128 index) =>
        _known.TryGetValue(index, out var known) && time.GetElapsedTime(known.ReadAt) < TrustedFor ? known : null;

    // Known keys have a lane of their own: strangers who make up keys must not keep callers waiting.
    private async Task<KnownKey?> ReadOnceAsync(byte[] hash, bool isKnown)
    {
        if (isKnown)
        {
            return await ReadStoreAsync(hash);
        }

        if (Interlocked.Increment(ref _waiting) > MaxWaiting)
        {
            Interlocked.Decrement(ref _waiting);
            throw new RefusedException(OpenAiError.Server(StatusCodes.Status503ServiceUnavailable, "overloaded",
                "Too many unknown keys are being looked up. Repeat the request after a moment.", RetryAfterSeconds));
        }

        await _readSlots.WaitAsync();
        try
        {
            return await ReadStoreAsync(hash);
        }
        finally
        {
            _readSlots.Release();
            Interlocked.Decrement(ref _waiting);
        }
    }

    private async Task<KnownKey?> ReadStoreAsync(byte[] hash)
    {
        var (now, changes) = (time.GetTimestamp(), Volatile.Read(ref _changes));
        return await store.FindKeyAsync(hash) is { } caller
            ? new(hash, caller, now) { IsStale = changes != Volatile.Read(ref _changes) }
            : null;
    }

    private void Remember(UInt128 index, KnownKey? found)
    {
        if (found is not null)
        {
            _unknown.TryRemove(index, out _);
            _known[index] = found;
            return;
        }

        _known.TryRemove(index, out _);
        if (_unknown.Count >= MaxUnknown)
        {
            _unknown.Clear();
        }

        _unknown[index] = time.GetTimestamp();
    }

    private sealed record KnownKey(byte[] Hash, Caller Caller, long ReadAt)
    {
        private volatile bool _isStale;

        public bool IsStale
        {
            get => _isStale;
            set => _isStale = value;
        }
    }
}
