using System.Data.Common;
using System.Globalization;
using Gateway.Core;

namespace Gateway.Billing;

/// <summary>Works the charges of requests of several calls out again: their costs add exactly, the sum is rounded down
/// once, and the parts sum to it.</summary>
internal static class LineAudit
{
    private const int PicoPerNano = 1000;

    private const string Lines = """
        SELECT u.request_id, u.hold, u.charge, l.charge, l.input, l.cached, l.output, l.reasoning, l.images, l.audio_ms,
            l.characters, coalesce(p.input, 0), coalesce(p.cached, 0), coalesce(p.output, 0), coalesce(p.reasoning, 0),
            coalesce(p.request, 0), coalesce(p.image, 0), coalesce(p.audio_ms, 0), coalesce(p.character, 0)
        FROM usage_line l JOIN usage_record u ON u.day = l.day AND u.request_id = l.request_id
            LEFT JOIN price_version p ON p.id = l.price_version
        ORDER BY l.day, l.request_id, l.n
        """;

    private const string Strays = """
        SELECT l.request_id, 'a call of no request' FROM usage_line l
        WHERE NOT EXISTS (SELECT 1 FROM usage_record u WHERE u.day = l.day AND u.request_id = l.request_id)
        """;

    internal static async Task<List<Violation>> RunAsync(SqlSession session)
    {
        var found = await session.ListAsync(Strays, row => new Violation("I5", row.GetString(0), row.GetString(1)));
        foreach (var request in (await session.ListAsync(Lines, Map)).GroupBy(line => line.Request))
        {
            if (Problem([.. request]) is { } problem)
            {
                found.Add(new("I20", request.Key, problem));
            }
        }

        return found;
    }

    private static string? Problem(Line[] lines)
    {
        var (cost, parts, (_, hold, charge, _, _)) = (ExactCost.Zero, 0L, lines[0]);
        foreach (var line in lines)
        {
            cost += line.Cost;
            parts += line.Part;
            if (parts != Int128.Min(cost.PicoUsd / PicoPerNano, hold))
            {
                return string.Create(
                    CultureInfo.InvariantCulture, $"charged {parts} so far, cost {cost.PicoUsd / PicoPerNano}");
            }
        }

        return parts == charge
            ? null
            : string.Create(CultureInfo.InvariantCulture, $"charged {charge}, its calls {parts}");
    }

    private static Line Map(DbDataReader row)
    {
        var usage = new Usage(row.GetInt64(4), row.GetInt64(5), row.GetInt64(6), row.GetInt64(7))
        {
            Images = row.GetInt64(8),
            AudioMs = row.GetInt64(9),
            Characters = row.GetInt64(10),
        };
        var prices = new ModelPrices(
            new(row.GetInt64(11)), new(row.GetInt64(12)), new(row.GetInt64(13)), new(row.GetInt64(14)))
        {
            Request = new(row.GetInt64(15)),
            Image = new(row.GetInt64(16)),
            AudioMs = new(row.GetInt64(17)),
            Character = new(row.GetInt64(18)),
        };
        return new(row.GetString(0), row.GetInt64(1), row.GetInt64(2), row.GetInt64(3), prices.Cost(usage));
    }

    private sealed record Line(string Request, long Hold, long Charge, long Part, ExactCost Cost);
}
