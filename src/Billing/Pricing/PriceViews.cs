using Gateway.Core;

namespace Gateway.Billing;

/// <summary>One price of a model that changed, as the price file writes it.</summary>
/// <param name="Part">The file's name of it, such as <c>input_per_million_tokens</c>.</param>
/// <param name="Before">Decimal text; null: the model had no price.</param>
/// <param name="After">Decimal text.</param>
public sealed record PricePart(string Part, string? Before, string After);

/// <summary>A change of a model's prices that holds, or held.</summary>
/// <param name="Version">The version that it made.</param>
/// <param name="Model">Whose.</param>
/// <param name="At">From when.</param>
/// <param name="Author">Who wanted it.</param>
/// <param name="Approver">Who agreed, where two were needed.</param>
/// <param name="Reason">Why.</param>
/// <param name="Parts">What changed.</param>
public sealed record PriceChange(
    long Version, ModelId Model, DateTimeOffset At, string Author, string? Approver, string Reason,
    IReadOnlyList<PricePart> Parts);

/// <summary>A price file that waits for a second person.</summary>
/// <param name="Id">Its SHA-256, 64 hex digits.</param>
/// <param name="At">When it was proposed; it is forgotten 7 days later.</param>
/// <param name="Author">By whom.</param>
/// <param name="Reason">Why.</param>
/// <param name="File">The file itself.</param>
public sealed record WaitingPrices(string Id, DateTimeOffset At, string Author, string Reason, string File);

/// <summary>What a change of a model's prices would have meant for the requests of the last days.</summary>
/// <param name="Model">Whose.</param>
/// <param name="Requests">Answers that cost something.</param>
/// <param name="Charged">What they were charged.</param>
/// <param name="Now">What the same usage costs by the prices that hold.</param>
/// <param name="Then">What it would cost by the prices looked at.</param>
/// <param name="NeedsSecondPerson">Whether the step is too large for one person.</param>
/// <param name="Parts">What would change; empty: nothing.</param>
public sealed record PriceEffect(
    ModelId Model, long Requests, NanoUsd Charged, NanoUsd Now, NanoUsd Then, bool NeedsSecondPerson,
    IReadOnlyList<PricePart> Parts);

/// <summary>What a price file would mean.</summary>
/// <param name="Effects">One a model of the file.</param>
/// <param name="Refused">What is wrong with the file, each with its JSON path; then there are no effects.</param>
public sealed record PriceOutlook(IReadOnlyList<PriceEffect> Effects, IReadOnlyList<string> Refused);
