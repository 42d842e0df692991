using Gateway.Api.Hosting;
using Gateway.ChainBridge.Payouts;
using Gateway.ChainBridge.Staking;
using Gateway.DevNet;

namespace Gateway.Api.Wiring;

/// <summary>Where the signer's keys lie and what it is allowed. On DevNet keys and approvers are made where they are
/// missing; everywhere else the operator brings them.</summary>
internal sealed class SignerSetup(GatewaySettings settings, DataDirectory directory, DevNetHost? devNet = null)
{
    private const string HotKeyFile = "hot-wallet";
    private const string ApproverFile = "approver-";
    private const string LogFolder = "signer";
    private const string ColdFile = "cold.key";
    private const int Approvers = 2;

    private static readonly TimeSpan DevNetPoll = TimeSpan.FromMilliseconds(250);

    /// <summary>The hot wallet's key; null where none was brought.</summary>
    public string? KeyFile()
    {
        var file = directory.Secret(HotKeyFile);
        if (settings.IsDevNet && !File.Exists(file))
        {
            PayoutSigner.CreateKey(file);
        }

        return File.Exists(file) ? file : null;
    }

    /// <summary>DevNet's generated approvers, by their names.</summary>
    public IReadOnlyList<(string Person, ApproverKey Key)> GeneratedApprovers() =>
    [
        .. Enumerable.Range(1, Approvers).Select(n =>
            ($"devnet-{ApproverFile}{n}", ApproverKey.Open(directory.Secret(ApproverFile + n)))),
    ];

    /// <summary>What sweeping takes; null where this process has no signatory's key.</summary>
    public SweepPorts? Sweeps(IDepositPlaces places)
    {
        if (settings.IsDevNet)
        {
            // Made where they are missing.
            _ = DevNetMultisig.In(directory);
        }

        var files = DevNetMultisig.Files(directory).Where(File.Exists).ToList();
        var signatories = settings.IsDevNet ? [.. files.Select(AddressOf)] : settings.Signer.Signatories;
        var own = files.Where(file => signatories.Contains(AddressOf(file))).Take(DevNetMultisig.Threshold).ToList();
        return own.Count > 0 && signatories.Count >= DevNetMultisig.Threshold ? new(places, signatories, own) : null;
    }

    /// <summary>The requests to move stake.</summary>
    public StakeDesk Stakes(TimeProvider time) =>
        new(new SignerOptions { Folder = directory.PathOf(LogFolder) }.StakeFolder, time);

    public SignerOptions Options()
    {
        var signer = settings.Signer;
        var options = new SignerOptions
        {
            Folder = directory.PathOf(LogFolder),
            Approvers = signer.Approvers,
            DailyRefunds = signer.DailyRefunds,
            DailyMiners = signer.DailyMiners,
            Cold = signer.Cold,
            SweepEvery = signer.SweepEvery,
            StakeHotkeys = signer.StakeHotkeys,
            DailyStakes = signer.DailyStakes,
            OwnAccounts = OwnAccounts.Of(settings),
        };
        return settings.IsDevNet
            ? options with
            {
                Approvers = [.. signer.Approvers, .. DevNetApprovers()],
                OwnerWait = TimeSpan.Zero,
                StakeHotkeys = [.. signer.StakeHotkeys, .. Network().Miners.Select(miner => miner.Hotkey.Ss58)],
                Cold = signer.Cold ?? AddressOf(directory.Secret(ColdFile)),
                Poll = DevNetPoll,
                Faucet = (address, amount) => Network().SendFromFaucet(address, amount),
            }
            : options;
    }

    private static string AddressOf(string file)
    {
        using var key = ApproverKey.Open(file);
        return key.Address;
    }

    private DevNetwork Network() =>
        devNet?.Network ?? throw new InvalidOperationException("DevNet's chain is not running.");

    private IEnumerable<Approver> DevNetApprovers()
    {
        foreach (var (person, key) in GeneratedApprovers())
        {
            using (key)
            {
                yield return new(person, key.Address);
            }
        }
    }
}
