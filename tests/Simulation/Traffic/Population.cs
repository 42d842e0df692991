using Gateway.Billing;
using Gateway.Core;

namespace Gateway.Simulation;

/// <summary>What a customer is like.</summary>
internal enum Wealth
{
    /// <summary>Never short.</summary>
    Rich,

    /// <summary>Often short.</summary>
    Poor,

    /// <summary>Credit for ten of its requests at a time.</summary>
    ExactlyTen,

    /// <summary>Amounts that only whole numbers of 128 bits can multiply.</summary>
    Huge,

    /// <summary>Credit enough, and budgets below it that are not.</summary>
    Budgeted,
}

/// <summary>The customers of every run, and the prices they pay.</summary>
internal static class Population
{
    internal const int Size = 20;
    internal const int SharePpm = 700_000;

    private static readonly ModelId[] Names = [new("small"), new("odd"), new("large"), new("huge")];

    internal static IReadOnlyList<ModelId> Models => Names;

    /// <summary>Prices of all models: some divide badly.</summary>
    internal static List<PriceVersion> Prices(int version) =>
    [
        Price(1, version, 20_000, 5_000, 60_000, 60_000),
        Price(2, version, 333, 77, 1_001, 1_777),
        Price(3, version, 3_000_000, 300_000, 15_000_000, 15_000_000),
        Price(4, version, 9_999_999_989, 9_999_999_967, 9_999_999_943, 9_999_999_929),
    ];

    internal static OrgId Org(int customer) => new(Id(customer, 1));

    internal static KeyId Key(int customer) => new(Id(customer, 2));

    internal static Wealth WealthOf(int customer) => customer switch
    {
        < 6 => Wealth.Rich,
        < 12 => Wealth.Poor,
        < 14 => Wealth.ExactlyTen,
        < 16 => Wealth.Huge,
        _ => Wealth.Budgeted,
    };

    private static PriceVersion Price(int model, int version, long input, long cached, long output, long reasoning)
    {
        // A later version is dearer by a little, so that a charge by the wrong one is seen.
        var more = version % 7;
        return new(
            (version * 4L) + model, Names[model - 1],
            new(new(input - more), new(cached - more), new(output - more), new(reasoning - more)),
            SharePpm, DateTimeOffset.UnixEpoch.AddSeconds(version));
    }

    private static Guid Id(int customer, short kind) =>
        new(customer + 1, kind, 0x7000, [0x80, 0, 0, 0, 0, 0, 0, (byte)customer]);
}
