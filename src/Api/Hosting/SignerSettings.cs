using System.Globalization;
using Gateway.ChainBridge.Payouts;
using Gateway.Core;

namespace Gateway.Api.Hosting;

/// <summary>The settings of the signer.</summary>
/// <param name="Approvers">Whose signatures under a refund count.</param>
/// <param name="DailyRefunds">The most that refunds take in 24 hours.</param>
/// <param name="DailyMiners">The most that miners' payouts take in 24 hours.</param>
/// <param name="AutoApprove">Whether DevNet's generated approvers act by themselves.</param>
internal sealed record SignerSettings(
    IReadOnlyList<Approver> Approvers, Rao DailyRefunds, Rao DailyMiners, bool AutoApprove)
{
    /// <summary>Where sweeps go; null: nothing is swept.</summary>
    public string? Cold { get; init; }

    /// <summary>All signatories of the deposit multisig.</summary>
    public IReadOnlyList<string> Signatories { get; init; } = [];

    /// <summary>How often deposit addresses are swept.</summary>
    public TimeSpan SweepEvery { get; init; }

    /// <summary>Hotkeys that stake may be put on.</summary>
    public IReadOnlyList<string> StakeHotkeys { get; init; } = [];

    /// <summary>The most that is staked in 24 hours.</summary>
    public Rao DailyStakes { get; init; }

    /// <summary>100 TAO.</summary>
    public const string DefaultCap = "100000000000";

    /// <summary>Four times a day.</summary>
    public const string DefaultSweep = "06:00:00";

    public static SignerSettings Read(IConfiguration gateway)
    {
        var section = gateway.GetSection("Signer");
        return new(
            [
                .. section.GetSection("Approvers").GetChildren().Select(child => new Approver(
                    (child["Person"] ?? "").Trim().ToLowerInvariant(),
                    child["Address"] ?? (child["Passkey"] is { } key ? ApproverPasskey.Prefix + key : ""))),
            ],
            RaoOf(section["DailyRefundRao"]),
            RaoOf(section["DailyMinerRao"]),
            bool.Parse(gateway["DevNet:AutoApprove"] ?? "true"))
        {
            Cold = section["ColdAddress"],
            Signatories = [.. section.GetSection("Signatories").GetChildren().Select(child => child.Value!)],
            StakeHotkeys = [.. section.GetSection("StakeHotkeys").GetChildren().Select(child => child.Value!)],
            DailyStakes = RaoOf(section["DailyStakeRao"]),
            SweepEvery = TimeSpan.Parse(section["SweepEvery"] ?? DefaultSweep, CultureInfo.InvariantCulture),
        };
    }

    /// <summary>Problems that only show when settings are seen together.</summary>
    public IEnumerable<string> Problems()
    {
        foreach (var (approver, n) in Approvers.Select((approver, n) => (approver, n)))
        {
            if (approver.Person.Length == 0 || approver.Address.Length == 0)
            {
                yield return $"Gateway:Signer:Approvers:{n} needs Person, and Address or Passkey.";
            }
        }

        if (Approvers.DistinctBy(one => one.Person).Count() < Approvers.Count
            || Approvers.DistinctBy(one => one.Address).Count() < Approvers.Count)
        {
            yield return "Gateway:Signer:Approvers: persons and addresses must differ, or one person would be two.";
        }
    }

    private static Rao RaoOf(string? text) => new(long.Parse(text ?? DefaultCap, CultureInfo.InvariantCulture));
}
