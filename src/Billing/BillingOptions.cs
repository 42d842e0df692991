using Gateway.Core;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace Gateway.Billing;

/// <summary>What billing takes from the configuration, checked.</summary>
internal sealed record BillingOptions
{
    private delegate bool ReadUnitPrice(ReadOnlySpan<char> text, out TokenPrice price);

    private const string PricingSection = "Gateway:Pricing:Usd";
    private const string DevNet = "devnet";
    private const string PriceRange = "0 to 10000 USD per million tokens, at most six decimals";

    /// <summary>Where the SQLite file and the node's id lie.</summary>
    internal required string DataDirectory { get; init; }

    /// <summary>This node's lasting name; empty: one kept in the data directory.</summary>
    internal string Node { get; init; } = "";

    /// <summary>PostgreSQL; empty: SQLite.</summary>
    internal string ConnectionString { get; init; } = "";

    /// <summary>What a settle waits for: the operating system or the disk.</summary>
    internal Durability Durability { get; init; }

    /// <summary>First prices of models that the book does not know.</summary>
    internal IReadOnlyList<SeedPrice> Prices { get; init; } = [];

    /// <summary>Whether every request asks the books, as a comparison for leases.</summary>
    internal bool IsDirect { get; init; }

    /// <summary>TAO's price by the operator's word; replaces every source.</summary>
    internal FxRate? FixedRate { get; init; }

    /// <summary>How often TAO's price is sampled.</summary>
    internal TimeSpan SampleEvery { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How often lots pay for what was spent.</summary>
    internal TimeSpan RollUpEvery { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long a refund to a destination that was never paid waits before it may be signed.</summary>
    internal TimeSpan NewDestinationWait { get; init; } = TimeSpan.FromHours(24);

    /// <summary>How long an end waits for what is held to be settled.</summary>
    internal TimeSpan StopWindow { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How often the journal is applied and leases are tended.</summary>
    internal TimeSpan TickEvery { get; init; } = TimeSpan.FromMilliseconds(50);

    /// <summary>How often a replica says that it lives, and hears who is nearly broke.</summary>
    internal TimeSpan BeatEvery { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>How often it looks after others, and for new prices.</summary>
    internal TimeSpan LookEvery { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>After this long without a beat a replica is an orphan.</summary>
    internal TimeSpan UnseenLimit { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>After this long without a beat an orphan's money is taken back.</summary>
    internal TimeSpan LostLimit { get; init; } = TimeSpan.FromHours(24);

    /// <summary>How long others have to give back what they do not use before a request is refused: a beat, in which
    /// they hear of it, and a round.</summary>
    internal TimeSpan RecallWait { get; init; } = TimeSpan.FromMilliseconds(320);

    /// <summary>How long an applied journal is kept: longer than a backup of the books may be old.</summary>
    internal TimeSpan KeepJournals { get; init; } = TimeSpan.FromHours(24);

    /// <summary>The length of a journal's segments.</summary>
    internal long SegmentLength { get; init; } = 64L << 20;

    /// <summary>Reads and checks everything.</summary>
    /// <exception cref="OptionsValidationException">One message for each wrong key, naming its range.</exception>
    internal static BillingOptions Read(IConfiguration configuration)
    {
        var errors = new List<string>();
        var options = new BillingOptions
        {
            DataDirectory = configuration["Gateway:DataDirectory"] is { Length: > 0 } directory ? directory : "./data",
            ConnectionString = configuration["Gateway:Storage:ConnectionString"] ?? "",
            Durability = ReadDurability(configuration["Gateway:Billing:Durability"], errors),
            IsDirect = ReadLeases(configuration["Gateway:Billing:Leases"], errors),
            FixedRate = ReadRate(configuration["Gateway:Rates:Fixed"], errors),
            NewDestinationWait = configuration["Gateway:Network"] is null or DevNet
                ? TimeSpan.Zero
                : TimeSpan.FromHours(24),
            Prices = [.. Models(configuration.GetSection(PricingSection)).Select(model => ReadPrice(model, errors))],
        };
        return errors.Count == 0
            ? options
            : throw new OptionsValidationException("Gateway", typeof(BillingOptions), errors);
    }

    private static Durability ReadDurability(string? text, List<string> errors)
    {
        if (text is null or nameof(Durability.Write))
        {
            return Durability.Write;
        }

        if (text != nameof(Durability.Strict))
        {
            errors.Add(
                $"Gateway:Billing:Durability: must be {nameof(Durability.Write)} or {nameof(Durability.Strict)}");
        }

        return Durability.Strict;
    }

    private static bool ReadLeases(string? text, List<string> errors)
    {
        if (text is not (null or "Auto" or "Direct"))
        {
            errors.Add("Gateway:Billing:Leases: must be Auto or Direct");
        }

        return text == "Direct";
    }

    private static FxRate? ReadRate(string? text, List<string> errors)
    {
        if (string.IsNullOrEmpty(text))
        {
            return null;
        }

        if (!FxRate.TryParseUsdPerTao(text, out var rate))
        {
            errors.Add("Gateway:Rates:Fixed: must be decimal USD per TAO above 0, at most three decimals");
        }

        return rate;
    }

    // A colon in a model's name nests in the configuration: whatever has a value of its own below it is a model.
    private static IEnumerable<IConfigurationSection> Models(IConfigurationSection section) =>
        section.GetChildren().SelectMany(child => child.GetChildren().ToList() switch
        {
            [] => [child],
            var parts when parts.Exists(IsLeaf) => [child, .. Models(child).Where(nested => !IsLeaf(nested))],
            _ => Models(child),
        });

    private static bool IsLeaf(IConfigurationSection section) => !section.GetChildren().Any();

    private static SeedPrice ReadPrice(IConfigurationSection model, List<string> errors)
    {
        var name = model.Path[(PricingSection.Length + 1)..];
        if (!ModelId.IsValid(name) || name == ModelId.Auto.Value)
        {
            errors.Add(
                $"{model.Path}: not a model's name (1 to {ModelId.MaxLength} printable ASCII characters, not 'auto')");
        }

        return new(
            new(name),
            ReadPart(model.GetSection("Input"), errors),
            ReadPart(model.GetSection("Output"), errors))
        {
            Image = ReadUnit(model.GetSection("Image"), TokenPrice.TryParseUsdPerUnit, errors),
            AudioMs = ReadUnit(model.GetSection("AudioSecond"), TokenPrice.TryParseUsdPerThousand, errors),
            Character = ReadUnit(model.GetSection("Character"), TokenPrice.TryParseUsdPerUnit, errors),
        };
    }

    private static TokenPrice ReadUnit(IConfigurationSection unit, ReadUnitPrice read, List<string> errors)
    {
        if (unit.Value is null)
        {
            return TokenPrice.Zero;
        }

        if (!read(unit.Value, out var price))
        {
            errors.Add($"{unit.Path}: '{unit.Value}', must be decimal USD");
        }

        return price;
    }

    private static TokenPrice ReadPart(IConfigurationSection part, List<string> errors)
    {
        if (!TokenPrice.TryParseUsdPerMillion(part.Value, out var price))
        {
            errors.Add($"{part.Path}: {(part.Value is null ? "missing" : $"'{part.Value}'")}, must be {PriceRange}");
        }

        return price;
    }
}
