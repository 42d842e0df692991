using Gateway.Core;

namespace Gateway.Billing;

/// <summary>Statistics by hour, and what miners have earned: sums of a run, added row by row.</summary>
internal static class RollSql
{
    private const long HourMs = 3_600_000;

    private const string Add = """
        INSERT INTO usage_roll (org, project, key_id, end_user, model, kind, hour, requests, input, cached, output,
            reasoning, images, audio_ms, characters, charge)
        VALUES (@org, @project, @key, @user, @model, @kind, @hour, @requests, @input, @cached, @output, @reasoning,
            @images, @audio_ms, @characters, @charge)
        ON CONFLICT (org, project, key_id, end_user, model, kind, hour) DO UPDATE SET
            requests = usage_roll.requests + @requests, input = usage_roll.input + @input,
            cached = usage_roll.cached + @cached, output = usage_roll.output + @output,
            reasoning = usage_roll.reasoning + @reasoning, images = usage_roll.images + @images,
            audio_ms = usage_roll.audio_ms + @audio_ms, characters = usage_roll.characters + @characters,
            charge = usage_roll.charge + @charge
        """;

    private const string Accrue = """
        INSERT INTO miner_accrual (org, upstream, nusd) VALUES (@org, @upstream, @nusd)
        ON CONFLICT (org, upstream) DO UPDATE SET nusd = miner_accrual.nusd + @nusd
        """;

    internal static async Task AddAsync(
        SqlSession session, IReadOnlyList<(UsageRecord Record, Settlement Settlement)> records)
    {
        var rolls = new Dictionary<Key, Sums>();
        var shares = new Dictionary<(OrgId Org, string Upstream), long>();
        foreach (var (record, settlement) in records)
        {
            if (settlement == Settlement.Settled)
            {
                Count(rolls, record);
                MinerShares.Add(shares, record);
            }
        }

        foreach (var (key, sums) in rolls.OrderBy(pair => pair.Key))
        {
            await session.ExecuteAsync(Add, [.. key.Parameters(), .. sums.Parameters()]);
        }

        foreach (var ((org, upstream), share) in shares.OrderBy(pair => (pair.Key.Org.Value, pair.Key.Upstream)))
        {
            await session.ExecuteAsync(
                Accrue, ("org", org.ToString()), ("upstream", upstream), ("nusd", share));
        }
    }

    // Each call counts for the model that answered it, and the request for the model that it was served by.
    private static void Count(Dictionary<Key, Sums> rolls, UsageRecord record)
    {
        var served = Key.Of(record, record.Delivered.ModelServed);
        if (record.Lines.Count == 0)
        {
            rolls[served] = rolls.GetValueOrDefault(served).Plus(1, record.Delivered.Usage, record.Charge);
            return;
        }

        rolls[served] = rolls.GetValueOrDefault(served).Plus(1, Usage.None, NanoUsd.Zero);
        foreach (var charged in record.Lines)
        {
            if (charged.Line.ModelServed is { } model)
            {
                var key = Key.Of(record, model);
                rolls[key] = rolls.GetValueOrDefault(key).Plus(0, charged.Line.Usage, charged.Charge);
            }
        }
    }

    /// <summary>One row of the statistics. Rows are written in order, so that two replicas never wait for each
    /// other.</summary>
    private readonly record struct Key(
        OrgId Org, string Project, KeyId KeyId, string EndUser, string Model, string Kind, long Hour)
        : IComparable<Key>
    {
        internal static Key Of(UsageRecord record, ModelId? served) => new(
            record.Payer.Org,
            record.Payer.Project,
            record.Payer.Key,
            record.Payer.EndUser,
            (served ?? record.Delivered.Facts.ModelAsked).Value,
            UsageKinds.Of(record.Delivered.Facts.Endpoint),
            record.Delivered.Facts.Started.ToUnixTimeMilliseconds() / HourMs);

        public int CompareTo(Key other) => (Org.Value, KeyId.Value, Hour, Project, EndUser, Model, Kind).CompareTo(
            (other.Org.Value, other.KeyId.Value, other.Hour, other.Project, other.EndUser, other.Model, other.Kind));

        internal (string, object?)[] Parameters() =>
        [
            ("org", Org.ToString()), ("project", Project), ("key", KeyId.ToString()), ("user", EndUser),
            ("model", Model), ("kind", Kind), ("hour", Hour),
        ];
    }

    private readonly record struct Sums(long Requests, Usage Usage, long Charge)
    {
        internal Sums Plus(long requests, Usage its, NanoUsd charge)
        {
            var mine = Usage;
            var sum = new Usage(
                mine.Input + its.Input, mine.Cached + its.Cached, mine.Output + its.Output,
                mine.Reasoning + its.Reasoning)
            {
                Images = mine.Images + its.Images,
                AudioMs = mine.AudioMs + its.AudioMs,
                Characters = mine.Characters + its.Characters,
            };
            return new(Requests + requests, sum, Charge + charge.Value);
        }

        internal (string, object?)[] Parameters() =>
        [
            ("requests", Requests), ("input", Usage.Input), ("cached", Usage.Cached), ("output", Usage.Output),
            ("reasoning", Usage.Reasoning), ("images", Usage.Images), ("audio_ms", Usage.AudioMs),
            ("characters", Usage.Characters), ("charge", Charge),
        ];
    }
}
