using System.Runtime.InteropServices;
using Gateway.ChainBridge.Metagraph;
using Gateway.ChainBridge.Payouts;
using Gateway.ChainBridge.Submission;
using Gateway.Core;
using Microsoft.Extensions.Logging;

namespace Gateway.ChainBridge.Weights;

/// <summary>What a validator says in one subnet: weights once an epoch, in the open or committed first and revealed in
/// exactly the epoch the chain wants. One extrinsic at a time, and a round does one thing: what it signed is in the log
/// before another round sends it.</summary>
internal sealed partial class SubnetVoice(VoiceParts parts, WeighedSubnet subnet, ILogger log)
{
    private const int SaltLength = 8;

    // A validator that is not heard for this long is no validator any more in the eyes of those who look.
    private const ulong LongestSilence = 3000;

    private Pursuit? _pursuit;
    private string? _problem;
    private ulong _spokeAt;
    private int _lost;
    private bool _isSilent;

    private ushort NetUid => subnet.NetUid.Value;

    /// <summary>How it stands.</summary>
    public WeightStatus Status => new(
        subnet.NetUid, _problem, (long)_spokeAt, parts.Log.Standing(NetUid).Count, _lost);

    /// <summary>One look, and at most one step.</summary>
    public async Task RoundAsync(FinalState head, CancellationToken cancellationToken)
    {
        if (parts.Log.OpenOf(NetUid) is { } entry)
        {
            await PursueAsync(entry, cancellationToken);
            return;
        }

        var at = new ReadPoint(head.Node, head.Runtime, head.Height, head.Hash);
        var view = await WeightView.ReadAsync(at, NetUid, parts.Account, cancellationToken);
        if (view is null || view.Clock.Tempo == 0)
        {
            Tell(view is null ? "SubNetworkDoesNotExist" : "it has no epochs");
            return;
        }

        _spokeAt = view.Terms.LastUpdate;
        if (!await RevealAsync(view, head, cancellationToken))
        {
            await SpeakAsync(view, at, head, cancellationToken);
        }
    }

    private async Task PursueAsync(WeightEntry entry, CancellationToken cancellationToken)
    {
        if (_pursuit?.Hash != entry.Extrinsic.Hash)
        {
            _pursuit = new Pursuit(parts.Chain, parts.Hotkey, entry.Extrinsic, entry.Last);
        }

        var news = await _pursuit.AdvanceAsync(cancellationToken);
        if (news.IsNonceTaken)
        {
            Log.NonceTaken(log, parts.Hotkey, entry.Extrinsic.Nonce);
            parts.Log.Ended(entry.Extrinsic.Hash, new(WeightEndKind.Taken), parts.Now);
        }
        else if (news.Fate is { } fate)
        {
            End(entry, fate);
        }
    }

    private void End(WeightEntry entry, TransactionFate fate)
    {
        var end = fate is not TransactionFate.Included included ? new WeightEnd(WeightEndKind.Expired)
            : included.Outcome.IsSuccess ? new WeightEnd(WeightEndKind.Done, included.Number)
            : new WeightEnd(WeightEndKind.Failed, included.Number, ReasonOf(included.Outcome));
        parts.Log.Ended(entry.Extrinsic.Hash, end, parts.Now);
        Log.Ended(log, subnet.NetUid, entry.Word, end.Kind, end.Height, end.Because);
        if (entry.Word != WeightWord.Reveal)
        {
            Tell(end.Because);
        }
        else if (end.Kind == WeightEndKind.Failed)
        {
            var commit = parts.Log.Standing(NetUid).First(one => one.Said.Hash() == entry.Said.Hash());
            Lose(commit, $"the chain refused it: {end.Because}");
        }
    }

    // The oldest first: a reveal takes all commitments before it off the chain.
    private async Task<bool> RevealAsync(WeightView view, FinalState head, CancellationToken cancellationToken)
    {
        var now = view.Clock.EpochOf(view.Terms.Block);
        foreach (var commit in parts.Log.Standing(NetUid).Where(one => one.End!.Height <= head.Height))
        {
            var hash = commit.Said.Hash();
            var held = view.Commits.Where(one => one.Hash == hash).Cast<ChainCommit?>().FirstOrDefault();
            if (held is null)
            {
                Lose(commit, "the chain holds it no more: its epoch passed");
            }
            else if (held.Value.RevealEpoch == now)
            {
                var call = WeightCalls.Reveal(head.Runtime.Metadata, NetUid, commit.Said);
                return await parts.SignAsync(
                    call, (WeightWord.Reveal, now, commit.Said), view.Clock.Left(view.Terms.Block), head,
                    cancellationToken);
            }
        }

        return false;
    }

    private async Task SpeakAsync(
        WeightView view, ReadPoint at, FinalState head, CancellationToken cancellationToken)
    {
        var epoch = view.Clock.EpochOf(view.Terms.Block);
        Watch(view);
        if (parts.Log.LastEpoch(NetUid) == epoch || WeightRule.IsTooFast(view.Terms))
        {
            return;
        }

        var told = await parts.Source.WeighAsync(subnet.NetUid, cancellationToken);
        if (told.Count == 0
            || await MinerPlaces.FindAsync(at, NetUid, told, cancellationToken) is not { Count: > 0 } shares)
        {
            return;
        }

        var weights = WeightSet.Of(shares, Math.Min(view.Terms.Count, view.Terms.MinAllowedWeights));
        if (WeightRule.Problem(view.Terms, weights, subnet.VersionKey) is { } problem)
        {
            Tell(problem);
            return;
        }

        Tell(null);
        await SignAsync(view, weights, epoch, head, cancellationToken);
    }

    private async Task SignAsync(
        WeightView view, WeightSet weights, ulong epoch, FinalState head, CancellationToken cancellationToken)
    {
        var metadata = head.Runtime.Metadata;
        var said = new WeightsCommitment(
            parts.Account, NetUid, weights.Uids, weights.Values, view.Terms.CommitsFirst ? NewSalt() : [],
            subnet.VersionKey);
        var (word, call) = view.Terms.CommitsFirst
            ? (WeightWord.Commit, WeightCalls.Commit(metadata, NetUid, said.Hash()))
            : (WeightWord.Set, WeightCalls.Set(metadata, NetUid, weights, subnet.VersionKey));
        _ = await parts.SignAsync(
            call, (word, epoch, said), view.Clock.Left(view.Terms.Block), head, cancellationToken);
    }

    private static string ReasonOf(DispatchOutcome outcome) =>
        string.Join(", ", outcome.Failures.Select(one => one.Reason));

    private static ushort[] NewSalt()
    {
        var salt = new ushort[SaltLength];
        SecureRandom.Fill(MemoryMarshal.AsBytes(salt.AsSpan()));
        return salt;
    }

    private void Lose(WeightEntry commit, string because)
    {
        _lost++;
        parts.Log.Lost(commit.Extrinsic.Hash, because, parts.Now);
        Log.Lost(log, subnet.NetUid, commit.Extrinsic.Hash, because);
    }

    // Told once, and again when it changes.
    private void Tell(string? problem)
    {
        if (problem is not null && problem != _problem)
        {
            Log.CannotSpeak(log, subnet.NetUid, problem);
        }

        _problem = problem;
    }

    private void Watch(WeightView view)
    {
        var (last, next) = (view.Terms.LastUpdate, view.Terms.Block);
        var isSilent = last != 0 && next - last > Math.Min(view.ActivityCutoff / 2, LongestSilence);
        if (isSilent && !_isSilent)
        {
            Log.Silent(log, subnet.NetUid, last);
        }

        _isSilent = isSilent;
    }

    private static partial class Log
    {
        [LoggerMessage(3180, LogLevel.Information, "Subnet {NetUid}: {Word} ended {Kind} at block {Block}, {Because}")]
        public static partial void Ended(
            ILogger logger, NetUid netUid, WeightWord word, WeightEndKind kind, uint block, string? because);

        [LoggerMessage(3181, LogLevel.Error,
            "Subnet {NetUid}: the weights of commitment {Hash} are not revealed: {Because}")]
        public static partial void Lost(ILogger logger, NetUid netUid, string hash, string because);

        [LoggerMessage(3182, LogLevel.Warning, "Subnet {NetUid}: no weights are set: {Problem}")]
        public static partial void CannotSpeak(ILogger logger, NetUid netUid, string problem);

        [LoggerMessage(3183, LogLevel.Error,
            "Subnet {NetUid}: no weights of this validator landed since block {Block}")]
        public static partial void Silent(ILogger logger, NetUid netUid, ulong block);

        [LoggerMessage(3184, LogLevel.Error,
            "Another extrinsic of {Hotkey} has the nonce {Nonce}: somebody else signs with the validator's hotkey")]
        public static partial void NonceTaken(ILogger logger, string hotkey, long nonce);
    }
}
