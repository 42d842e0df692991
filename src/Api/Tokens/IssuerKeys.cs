using Microsoft.IdentityModel.Tokens;

namespace Gateway.Api.Tokens;

/// <summary>The public keys of one issuer, from the place the operator named and from nowhere a token points to.
/// Nothing is read before the first token; an unknown key's name makes them be read anew, at most once a
/// minute.</summary>
internal sealed class IssuerKeys(TokenIssuer issuer, IHttpClientFactory clients, TimeProvider time) : IDisposable
{
    /// <summary>The client of all issuers.</summary>
    public const string Client = "token-keys";

    /// <summary>Longer sets are refused unread.</summary>
    public const int MaxSet = 256 * 1024;

    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan FreshFor = TimeSpan.FromHours(1);

    private readonly SemaphoreSlim _gate = new(1);
    private volatile IReadOnlyList<SecurityKey> _keys = [];
    private long? _readAt;

    public TokenIssuer Issuer => issuer;

    /// <summary>The key that a token's header names; without a name, the only one there is.</summary>
    public async Task<SecurityKey?> FindAsync(string? name)
    {
        if (Pick(name) is { } known && !IsOlderThan(FreshFor))
        {
            return known;
        }

        await _gate.WaitAsync();
        try
        {
            if (IsOlderThan(Pick(name) is null ? Pause : FreshFor))
            {
                await ReadAsync();
            }
        }
        finally
        {
            _gate.Release();
        }

        return Pick(name);
    }

    public void Dispose() => _gate.Dispose();

    private SecurityKey? Pick(string? name)
    {
        var keys = _keys;
        return string.IsNullOrEmpty(name)
            ? keys.Count == 1 ? keys[0] : null
            : keys.FirstOrDefault(key => key.KeyId == name);
    }

    private bool IsOlderThan(TimeSpan age) => _readAt is not { } at || time.GetElapsedTime(at) >= age;

    // Also a failure counts as read: an issuer that is down is not asked by every request.
    private async Task ReadAsync()
    {
        _readAt = time.GetTimestamp();
        try
        {
            var set = new JsonWebKeySet(await LoadAsync());
            _keys = [.. set.Keys.Where(IsPublic)];
        }
        catch (Exception failure) when (
            failure is HttpRequestException or IOException or TaskCanceledException or ArgumentException
                or UnauthorizedAccessException)
        {
            // The old ones stay: an issuer that is down for an hour locks nobody out.
        }
    }

    private async Task<string> LoadAsync()
    {
        if (issuer.KeysFile is { } file)
        {
            return await File.ReadAllTextAsync(file);
        }

        using var client = clients.CreateClient(Client);
        return await client.GetStringAsync(new Uri(issuer.KeysUrl!));
    }

    // A shared secret in a public set would let whoever reads it sign.
    private static bool IsPublic(JsonWebKey key) =>
        key.Kty is JsonWebAlgorithmsKeyTypes.RSA or JsonWebAlgorithmsKeyTypes.EllipticCurve
        && key.Use is null or "" or "sig";
}
