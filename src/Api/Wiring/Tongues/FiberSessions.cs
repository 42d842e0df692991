using System.Collections.Concurrent;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Gateway.ChainBridge;
using Gateway.Core;
using Gateway.Router;

namespace Gateway.Api.Wiring.Tongues;

/// <summary>The keys shared with fiber's miners: exchanged at the first request, one exchange for all that wait for it,
/// and again after some hours or when a miner forgot its own.</summary>
internal sealed class FiberSessions(Lazy<KeyRing> keys, TimeProvider time) : IDisposable
{
    private const int MostBytes = 16 * 1024;
    private const int MostMiners = 4096;

    // A miner keeps a key for five hours (rayonlabs/fiber, SymmetricKeyInfo).
    private static readonly TimeSpan Life = TimeSpan.FromHours(4);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(6);

    private readonly ConcurrentDictionary<(Hotkey, string), Exchange> _exchanges = new();

    /// <summary>The key shared with a miner.</summary>
    /// <exception cref="HttpRequestException">The miner exchanges none.</exception>
    public async Task<FiberSession> OfAsync(Upstream upstream, HttpMessageInvoker way, CancellationToken ct)
    {
        var key = KeyOf(upstream);
        var now = time.GetUtcNow();
        if (_exchanges.TryGetValue(key, out var known) && (known.HasFailed || now - known.Began > Life))
        {
            Drop(key, known);
        }

        Shorten(now);

        // Not the caller's token: others wait for the same exchange, and the next request needs it too.
        var exchange = _exchanges.GetOrAdd(
            key, _ => new Exchange(now, new(() => ExchangeAsync(upstream, way))));
        return await exchange.Session.Value.WaitAsync(ct);
    }

    /// <summary>The miner does not know this key any more; false when another took its place already.</summary>
    public bool Forget(Upstream upstream, FiberSession session)
    {
        var key = KeyOf(upstream);
        return _exchanges.TryGetValue(key, out var known)
            && known.Session is { IsValueCreated: true, Value: { IsCompletedSuccessfully: true } held }
            && held.Result == session
            && Drop(key, known);
    }

    public void Dispose()
    {
        foreach (var (key, exchange) in _exchanges)
        {
            Drop(key, exchange);
        }
    }

    private static (Hotkey, string) KeyOf(Upstream upstream) => (upstream.Hotkey!.Value, upstream.Address.Authority);

    // A request may still be sealing with it: the key itself goes with the garbage, or with the process.
    private bool Drop((Hotkey, string) key, Exchange exchange) => _exchanges.TryRemove(new(key, exchange));

    private void Shorten(DateTimeOffset now)
    {
        if (_exchanges.Count >= MostMiners)
        {
            foreach (var (key, exchange) in _exchanges.Where(one => now - one.Value.Began > Life / 2))
            {
                Drop(key, exchange);
            }
        }
    }

    private async Task<FiberSession> ExchangeAsync(Upstream upstream, HttpMessageInvoker way)
    {
        using var patience = new CancellationTokenSource(Patience, time);
        try
        {
            var pem = await PublicKeyAsync(upstream, way, patience.Token);
            return await TellNewAsync(upstream, pem, way, patience.Token);
        }
        catch (Exception failure) when (failure is ArgumentException or JsonException or InvalidOperationException
            or OperationCanceledException or IOException)
        {
            throw new HttpRequestException($"{upstream.Name} exchanges no key: {failure.Message}", failure);
        }
    }

    private static async Task<string> PublicKeyAsync(Upstream upstream, HttpMessageInvoker way, CancellationToken ct)
    {
        using var request = new HttpRequestMessage(
            HttpMethod.Get, new Uri(upstream.Address, "/public-encryption-key"));
        using var response = await way.SendAsync(request, ct);
        response.EnsureSuccessStatusCode();
        using var stream = await response.Content.ReadAsStreamAsync(ct);
        var bytes = await Bounded.ReadAsync(stream, MostBytes, ct) ?? throw new IOException("Its answer is too long.");
        using var document = JsonDocument.Parse(bytes);
        return document.RootElement.GetProperty("public_key"u8).GetString()
            ?? throw new JsonException("It has no public key.");
    }

    private async Task<FiberSession> TellNewAsync(
        Upstream upstream, string pem, HttpMessageInvoker way, CancellationToken ct)
    {
        var session = FiberSession.Create(pem);
        try
        {
            await TellAsync(upstream, session, way, ct);
        }
        catch
        {
            session.Dispose();
            throw;
        }

        return session;
    }

    private async Task TellAsync(
        Upstream upstream, FiberSession session, HttpMessageInvoker way, CancellationToken ct)
    {
        var now = time.GetUtcNow();
        var call = new MinerCall(upstream.Hotkey!.Value, upstream.Address, now, Guid.CreateVersion7(now))
        {
            KeyId = session.KeyId,
        };
        var content = new ByteArrayContent(Encoding.ASCII.GetBytes(
            $$"""{"encrypted_symmetric_key":"{{session.EncryptedKey}}"}"""));
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        using var request = new HttpRequestMessage(
            HttpMethod.Post, new Uri(upstream.Address, "/exchange-symmetric-key"));
        request.Content = content;
        foreach (var (name, value) in keys.Value.Sign(MinerDialect.FiberSealed, [], call).Pairs)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        using var response = await way.SendAsync(request, ct);
        response.EnsureSuccessStatusCode();
    }

    private sealed record Exchange(DateTimeOffset Began, Lazy<Task<FiberSession>> Session)
    {
        public bool HasFailed =>
            Session is { IsValueCreated: true, Value: { IsFaulted: true } or { IsCanceled: true } };
    }
}
