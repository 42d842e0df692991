using Gateway.ChainBridge.Dialects;
using Gateway.ChainBridge.Keys;
using Gateway.Core;

namespace Gateway.ChainBridge;

/// <summary>The keys of one role, and everything they sign. Safe for concurrent use. Secrets live in pinned memory and
/// are zeroed by <see cref="Dispose"/>, after which nothing is signed any more.</summary>
public sealed class KeyRing : IDisposable
{
    private readonly Sr25519Keypair _requestKey;
    private readonly EpistulaSigner _epistula;
    private readonly Dendrite _dendrite;

    private KeyRing(Sr25519Keypair requestKey)
    {
        _requestKey = requestKey;
        RequestHotkey = new Hotkey(Ss58.Encode(requestKey.PublicKey));
        _epistula = new EpistulaSigner(requestKey, RequestHotkey);
        _dendrite = new Dendrite(requestKey, RequestHotkey);
    }

    /// <summary>The role's account: it signs calls to miners, or a validator's weights; it should hold no funds.
    /// </summary>
    public Hotkey RequestHotkey { get; }

    /// <summary>The key itself, for what is signed beside requests.</summary>
    internal IKeypair Keypair => _requestKey;

    /// <summary>Makes a new sr25519 key and stores its mini secret in <paramref name="file"/>: 64 hex digits and a line
    /// feed, mode 0600, on the disk when this returns.</summary>
    /// <exception cref="IOException">The file exists already, or cannot be written.</exception>
    public static KeyRing Generate(string file)
    {
        using var miniSecret = KeyFile.Create(file);
        return new KeyRing(Sr25519Keypair.FromMiniSecret(miniSecret.Span));
    }

    /// <summary>Opens a key that <see cref="Generate"/> stored.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="UnauthorizedAccessException">Group or others may touch the file.</exception>
    /// <exception cref="InvalidDataException">The file is not 64 hex digits.</exception>
    public static KeyRing Load(string file)
    {
        using var miniSecret = KeyFile.Read(file);
        return new KeyRing(Sr25519Keypair.FromMiniSecret(miniSecret.Span));
    }

    /// <summary>Signs one miner request in the dialect epistula-v2.</summary>
    /// <param name="body">Exactly the bytes that will be sent.</param>
    /// <param name="signedFor">The miner meant, or null for whoever receives it; without one there are no secret
    /// signatures.</param>
    /// <param name="now">The time the receiver measures the request's age by; it accepts 8 seconds.</param>
    /// <param name="uuid">New for every request: receivers refuse one they have seen.</param>
    /// <exception cref="ArgumentException"><paramref name="signedFor"/> is not an address with prefix 42.</exception>
    /// <exception cref="ObjectDisposedException">The key is gone.</exception>
    public SignedHeaders SignEpistulaV2(
        ReadOnlySpan<byte> body, Hotkey? signedFor, DateTimeOffset now, Guid uuid) =>
        _epistula.Sign(body, signedFor, now, uuid);

    /// <summary>Signs one miner request in the dialect of its subnet.</summary>
    /// <param name="dialect">What its miners understand.</param>
    /// <param name="body">Exactly the bytes that will be sent.</param>
    /// <param name="call">To whom, when.</param>
    /// <exception cref="ArgumentException">The receiver is not an address with prefix 42, or the body cannot be signed
    /// in this dialect.</exception>
    /// <exception cref="ObjectDisposedException">The key is gone.</exception>
    public SignedHeaders Sign(MinerDialect dialect, ReadOnlySpan<byte> body, MinerCall call)
    {
        // Epistula checks a receiver when it makes its secrets, once for many requests.
        var isChecked = dialect is MinerDialect.EpistulaV2 or MinerDialect.EpistulaApex;
        if (!isChecked && ChainAddress.Problem(call.Receiver.Ss58) is { } problem)
        {
            throw new ArgumentException($"The receiver's hotkey is refused. {problem}", nameof(call));
        }

        return dialect switch
        {
            MinerDialect.EpistulaV2 => _epistula.Sign(body, call.Receiver, call.Now, call.Uuid),
            MinerDialect.EpistulaApex => _epistula.SignApex(body, call),
            MinerDialect.Dendrite => _dendrite.Sign(body, call),
            MinerDialect.Fiber => Fiber.Sign(_requestKey, RequestHotkey, body, call),
            MinerDialect.FiberSealed => Fiber.SignSealed(_requestKey, RequestHotkey, call),
            MinerDialect.Chutes => Chutes.Sign(_requestKey, RequestHotkey, body, call),
            _ => throw new ArgumentOutOfRangeException(nameof(dialect)),
        };
    }

    /// <summary>Zeroes the secret.</summary>
    public void Dispose() => _requestKey.Dispose();
}
