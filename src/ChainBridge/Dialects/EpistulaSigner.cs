using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using Gateway.ChainBridge.Keys;
using Gateway.Core;

namespace Gateway.ChainBridge.Dialects;

/// <summary>Signs requests in the dialect epistula-v2. Safe for concurrent use.</summary>
internal sealed class EpistulaSigner(Sr25519Keypair key, Hotkey signedBy)
{
    /// <summary>Receivers whose secret signatures are kept; more than any set of miners in use.</summary>
    internal const int MaximumReceivers = 4096;

    // The secret signatures say only interval and receiver: made once per 10 seconds instead of for every request.
    private readonly ConcurrentDictionary<Hotkey, Secrets> _secrets = new();

    /// <summary>Epistula version 2; see <see cref="KeyRing.SignEpistulaV2"/>.</summary>
    public SignedHeaders Sign(ReadOnlySpan<byte> body, Hotkey? signedFor, DateTimeOffset now, Guid uuid)
    {
        var id = uuid.ToString("D");
        var pairs = Common(signedFor, now, out var timestamp);
        pairs.Add(new(EpistulaV2.UuidHeader, id));
        pairs.Add(new(
            EpistulaV2.RequestSignatureHeader, SignRequest(body, id, timestamp, signedFor?.Ss58 ?? "")));
        return new SignedHeaders(pairs);
    }

    /// <summary>Epistula as in macrocosm-os/apex @90525c3: the id names the request and is not signed. That subnet's
    /// X-Spec-Version is its own program's version and is not sent.</summary>
    public SignedHeaders SignApex(ReadOnlySpan<byte> body, MinerCall call)
    {
        var pairs = Common(call.Receiver, call.Now, out var timestamp);
        var text = $"{SignedText.Sha256(body)}.{timestamp}.{call.Receiver}";
        pairs.Add(new("X-Request-Id", call.Uuid.ToString("D")));
        pairs.Add(new(EpistulaV2.RequestSignatureHeader, SignText(Encoding.ASCII.GetBytes(text))));
        return new SignedHeaders(pairs);
    }

    private List<KeyValuePair<string, string>> Common(Hotkey? signedFor, DateTimeOffset now, out string timestamp)
    {
        var milliseconds = now.ToUnixTimeMilliseconds();
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(milliseconds, nameof(now));

        // First of all, because it also refuses a receiver that is no address before its text is used.
        var secrets = signedFor is { } receiver ? SecretsFor(receiver, milliseconds) : null;
        timestamp = milliseconds.ToString(CultureInfo.InvariantCulture);
        var pairs = new List<KeyValuePair<string, string>>(capacity: 9)
        {
            new(EpistulaV2.VersionHeader, EpistulaV2.Version),
            new(EpistulaV2.TimestampHeader, timestamp),
            new(EpistulaV2.SignedByHeader, signedBy.Ss58),
        };
        if (secrets is not null)
        {
            pairs.Add(new(EpistulaV2.SignedForHeader, signedFor!.Value.Ss58));
            pairs.AddRange(secrets.Pairs);
        }

        return pairs;
    }

    private string SignRequest(ReadOnlySpan<byte> body, string uuid, string timestamp, string signedFor)
    {
        Span<byte> text = stackalloc byte[EpistulaV2.MaximumTextLength];
        var length = EpistulaV2.WriteRequestText(text, body, uuid, timestamp, signedFor);
        return SignText(text[..length]);
    }

    private Secrets SecretsFor(Hotkey receiver, long milliseconds)
    {
        var intervalEnd = EpistulaV2.IntervalEnd(milliseconds);
        if (_secrets.TryGetValue(receiver, out var kept) && kept.IntervalEnd == intervalEnd)
        {
            return kept;
        }

        RequireAddress(receiver);
        var secrets = new Secrets(intervalEnd, [.. Enumerable.Range(0, 3).Select(SignSecret)]);
        Keep(receiver, secrets);
        return secrets;

        KeyValuePair<string, string> SignSecret(int number)
        {
            Span<byte> text = stackalloc byte[EpistulaV2.MaximumTextLength];
            var length = EpistulaV2.WriteSecretText(text, intervalEnd, number, receiver.Ss58);
            return new(EpistulaV2.SecretSignatureHeader(number), SignText(text[..length]));
        }
    }

    private void Keep(Hotkey receiver, Secrets secrets)
    {
        if (_secrets.Count >= MaximumReceivers)
        {
            _secrets.Clear();
        }

        _secrets[receiver] = secrets;
    }

    private string SignText(ReadOnlySpan<byte> text)
    {
        Span<byte> signature = stackalloc byte[Sr25519.SignatureLength];
        key.Sign(text, signature);
        return EpistulaV2.SignatureText(signature);
    }

    private static void RequireAddress(Hotkey receiver)
    {
        Span<byte> account = stackalloc byte[Ss58.AccountLength];
        if (!Ss58.TryDecode(receiver.Ss58, account, out var fault))
        {
            throw new ArgumentException($"The receiver's hotkey is refused. {fault}", nameof(receiver));
        }
    }

    private sealed record Secrets(long IntervalEnd, KeyValuePair<string, string>[] Pairs);
}
