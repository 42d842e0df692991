using System.Diagnostics.CodeAnalysis;
using Gateway.ChainBridge.Keys;
using Gateway.ChainBridge.Metadata;
using Gateway.ChainBridge.Staking;
using Microsoft.Extensions.Logging;

namespace Gateway.ChainBridge.Payouts;

/// <summary>Pays what the books want paid, each order at most once. An extrinsic is in the signer's own log and in the
/// books before it is sent; after any crash the same bytes are sent again; another is signed only when finalized blocks
/// have shown that the first can never be included, and with the same nonce.</summary>
/// <remarks>One process runs it for a wallet. Two would not pay twice, but they would halt each other.</remarks>
public sealed partial class PayoutSigner : IDisposable
{
    private readonly SignerParts _parts;
    private readonly Sr25519Keypair _key;
    private readonly ILogger _logger;
    private readonly HotWallet _wallet;
    private readonly OrderPicker _picker;
    private readonly BooksMirror _mirror;
    private readonly Sweeper? _sweeper;
    private readonly HashSet<string> _told = [];
    private Pursuit? _pursuit;
    private bool _isAdopted;

    private PayoutSigner(SignerParts parts, Sr25519Keypair key, SweepPorts? sweeps, ILogger logger)
    {
        _parts = parts;
        _key = key;
        _logger = logger;
        _wallet = new(parts, key, logger);
        _picker = new(parts, logger);
        _mirror = new(parts);
        _sweeper = sweeps is null || parts.Options.Cold is null ? null : new(parts, sweeps, logger);
    }

    /// <summary>The hot wallet's account, SS58.</summary>
    public string Wallet => _wallet.Address;

    /// <summary>How it stands.</summary>
    public SignerStatus Status { get; private set; } = new(false, default, 0, null);

    /// <summary>Opens the signer with the key in a file and its own log.</summary>
    /// <exception cref="FileNotFoundException">There is no such key.</exception>
    /// <exception cref="UnauthorizedAccessException">Group or others may touch key or log.</exception>
    /// <exception cref="InvalidDataException">Key or log are not what was written.</exception>
    [SuppressMessage("Reliability", "CA2000", Justification = "The signer owns key and log.")]
    public static PayoutSigner Open(
        string keyFile,
        ChainConnection chain,
        SignerPorts ports,
        SignerOptions options,
        TimeProvider time,
        ILoggerFactory logs)
    {
        using var secret = KeyFile.Read(keyFile);
        var log = SignerLog.Open(options.Folder);
        var key = Sr25519Keypair.FromMiniSecret(secret.Span);
        var own = options with { OwnAccounts = [.. options.OwnAccounts, Ss58.Encode(key.PublicKey)] };
        var queue = new StakeQueue(ports.Queue, new StakeDesk(options.StakeFolder, time), time);
        var parts = new SignerParts(chain, queue, ports.Halts, log, own, time);
        return new(parts, key, ports.Sweeps, logs.CreateLogger<PayoutSigner>());
    }

    /// <summary>Makes a new key in a file; mode 0600.</summary>
    /// <exception cref="IOException">The file exists already, or cannot be written.</exception>
    public static void CreateKey(string keyFile) => KeyFile.Create(keyFile).Dispose();

    /// <summary>Works until it is cancelled. What fails is tried again: books and chain may be away.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            await TryRoundAsync(cancellationToken);
            await Task.Delay(_parts.Options.Poll, _parts.Time, cancellationToken)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Zeroes the key and closes the log.</summary>
    public void Dispose()
    {
        _sweeper?.Dispose();
        _key.Dispose();
        _parts.Log.Dispose();
    }

    /// <summary>One look at books and chain, and what follows from it.</summary>
    internal async Task RoundAsync(CancellationToken cancellationToken)
    {
        if (!_isAdopted)
        {
            await _mirror.AdoptAsync(Wallet, cancellationToken);
            await AlignAsync([], cancellationToken);
            _isAdopted = true;
        }

        if (_parts.Log.OpenOf(Wallet) is null)
        {
            await SignNextAsync(cancellationToken);
        }
        else if (_parts.Log.OpenOf(Wallet) is { IsStored: false })
        {
            // Signed, and the books did not answer.
            await AlignAsync([], cancellationToken);
        }

        if (_parts.Log.OpenOf(Wallet) is { IsStored: true } entry)
        {
            await PursueAsync(entry, cancellationToken);
        }

        if (_sweeper is not null)
        {
            await _sweeper.RoundAsync(cancellationToken);
        }
    }

    [SuppressMessage("Design", "CA1031", Justification = "The loop's top: whatever failed is tried again.")]
    private async Task TryRoundAsync(CancellationToken cancellationToken)
    {
        try
        {
            await RoundAsync(cancellationToken);
            Status = Status with { IsWorking = true };
        }
        catch (Exception failure) when (cancellationToken.IsCancellationRequested)
        {
            Log.Stopped(_logger, failure.Message);
        }
        catch (RuntimeDriftException drift)
        {
            Status = Status with { IsWorking = false };
            Log.Drifted(_logger, drift.Message);
        }
        catch (Exception failure)
        {
            Status = Status with { IsWorking = false };
            Log.RoundFailed(_logger, failure);
        }
    }

    private async Task SignNextAsync(CancellationToken cancellationToken)
    {
        var ready = await _parts.Queue.ReadyAsync(cancellationToken);
        var halts = await _parts.Halts.OfAsync(Wallet, cancellationToken);
        Status = Status with { Halt = halts.FirstOrDefault(halt => !halt.IsLifted).Cause, Free = _wallet.Free };
        if (ready.Count == 0 || Status.Halt is not null || !await AlignAsync(ready, cancellationToken))
        {
            return;
        }

        var head = await _parts.AtHeadAsync(cancellationToken);
        var free = await _wallet.WatchFloatAsync(head, cancellationToken);

        // Asked again: what the books were just told of may no longer be ready.
        ready = await _parts.Queue.ReadyAsync(cancellationToken);
        var orders = await _picker.PickAsync(ready, free, head, cancellationToken);
        Status = Status with { Held = _picker.Held };
        if (_picker.Lacking is { } needed)
        {
            await _wallet.LackAsync(needed, cancellationToken);
        }

        if (!orders.IsEmpty && await _wallet.SignAsync(orders, head, cancellationToken))
        {
            await AlignAsync([], cancellationToken);
        }
    }

    private async Task PursueAsync(LogEntry entry, CancellationToken cancellationToken)
    {
        if (_pursuit?.Hash != entry.Extrinsic.Hash)
        {
            _pursuit = Pursuit.Of(_parts, entry);
        }

        var news = await _pursuit.AdvanceAsync(cancellationToken);
        await TellSentAsync(entry, cancellationToken);
        if (news.IsNonceTaken)
        {
            await HaltOrGiveUpAsync(entry, "nonce",
                "Another transaction has its nonce in a finalized block, so it can never be included: somebody else "
                + "signs for the wallet. Lifting this gives its payouts up.", cancellationToken);
        }
        else if (news.Fate is { } fate)
        {
            await EndAsync(entry, Fates.OfPayment(fate, entry, _parts.Options.FilteredWait), cancellationToken);
        }
    }

    private async Task TellSentAsync(LogEntry entry, CancellationToken cancellationToken)
    {
        if (_pursuit!.WasSent && _told.Add(entry.Extrinsic.Hash))
        {
            foreach (var order in entry.Orders)
            {
                _ = await _parts.Queue.BroadcastAsync(order.Id, cancellationToken);
            }
        }
    }

    private async Task EndAsync(LogEntry entry, LogEnd? end, CancellationToken cancellationToken)
    {
        if (end is null)
        {
            await HaltOrGiveUpAsync(entry, "events",
                "Its events do not say what its outcome says: look at the block. Lifting this gives its payouts up, so "
                + "book what was paid first.", cancellationToken);
            return;
        }

        // The log first: from here on the books can be told at any time.
        _parts.Log.Ended(entry.Extrinsic.Hash, end, _parts.Now);
        Log.Ended(_logger, entry.Extrinsic.Hash, end.Kind, end.Block, end.Because);
        await AlignAsync([], cancellationToken);
    }

    private async Task HaltOrGiveUpAsync(
        LogEntry entry, string what, string reason, CancellationToken cancellationToken)
    {
        var cause = $"{what}:{entry.Extrinsic.Hash}";
        if (await _parts.IsLiftedAsync(Wallet, cause, cancellationToken))
        {
            var end = new LogEnd(EndKind.Failed) { Because = $"given up by a person: {what}" };
            await EndAsync(entry, end, cancellationToken);
            return;
        }

        Status = Status with { Halt = cause };
        Log.Halted(_logger, Wallet, cause, reason);
        await _parts.Halts.HaltAsync(Wallet, cause, reason, cancellationToken);
    }

    private async Task<bool> AlignAsync(IEnumerable<PayoutOrder> ready, CancellationToken cancellationToken)
    {
        var isAligned = true;
        foreach (var order in await _mirror.AlignAsync(ready, cancellationToken))
        {
            isAligned &= await IsLetAsync(order, cancellationToken);
        }

        return isAligned;
    }

    private async Task<bool> IsLetAsync(string order, CancellationToken cancellationToken)
    {
        var cause = $"books:{order}";
        if (await _parts.IsLiftedAsync(Wallet, cause, cancellationToken))
        {
            return true;
        }

        var reason = $"The signer's log says that {order} was signed, and the books cannot have it so: they went back "
            + "in time, or were changed. Put them right, then lift this.";
        Log.Halted(_logger, Wallet, cause, reason);
        await _parts.Halts.HaltAsync(Wallet, cause, reason, cancellationToken);
        return false;
    }

    private static partial class Log
    {
        [LoggerMessage(3100, LogLevel.Error, "The signer's round failed and is tried again")]
        public static partial void RoundFailed(ILogger logger, Exception failure);

        [LoggerMessage(3101, LogLevel.Error, "The signer signs nothing: {Reason}")]
        public static partial void Drifted(ILogger logger, string reason);

        [LoggerMessage(3102, LogLevel.Information, "The extrinsic {Hash} ended: {Kind}, block {Block}, {Because}")]
        public static partial void Ended(ILogger logger, string hash, EndKind kind, string? block, string? because);

        [LoggerMessage(3103, LogLevel.Critical, "The wallet {Wallet} is halted ({Cause}): {Reason}")]
        public static partial void Halted(ILogger logger, string wallet, string cause, string reason);

        [LoggerMessage(3104, LogLevel.Debug, "The signer's round ended with the process: {Reason}")]
        public static partial void Stopped(ILogger logger, string reason);
    }
}
