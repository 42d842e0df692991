using System.Text;

namespace Gateway.Testing.Fuzz;

/// <summary>Makes the request of a number: a good one or, mostly, one with faults in its body, its head, its framing,
/// or the way it is sent.</summary>
internal sealed class CallMaker(FuzzTarget target, long seed, KnownIds ids)
{
    private const int MaxPieces = 20;

    private static readonly string[] Deeds =
        ["answer", "answer", "answer", "many", "slow", "cut", "garbage", "error", "status", "usage"];

    private static readonly string[] Values =
        ["", "1", "-1", "x", "1,2", "%00", "%ff%fe", "9223372036854775808", "1d", "2026-03-01", "a%0d%0ab", "..%2f.."];

    private readonly IReadOnlyList<FuzzOperation> _operations = FuzzOperation.Of(target.Document);
    private readonly IReadOnlyList<FuzzOperation> _charging =
        [.. FuzzOperation.Of(target.Document).Where(operation => operation.MayCharge)];

    private readonly SchemaSampler _sampler = new(target.Document["components"]!["schemas"]!.AsObject());

    internal FuzzCall Make(int number)
    {
        var dice = new Dice(seed, number);
        var operation = Choose(dice);
        var body = BodyOf(operation, dice);
        var method = dice.OneIn(60)
            ? dice.Pick(["get", "PUT", "PATCH", "OPTIONS", "TRACE", "CONNECT", "BREW", "HEAD", "DELETE", "G\u0001T"])
            : operation.Method;
        var head = new StringBuilder();
        var isSure = HeadFaults.Begin(head, method, PathOf(operation, dice), dice);
        isSure &= HeadFaults.Headers(head, target, operation, dice);
        isSure &= body is null || Framing.Announce(head, ref body, dice);
        head.Append("\r\n");
        byte[] bytes = [.. Encoding.Latin1.GetBytes(head.ToString()), .. body ?? []];
        var manner = MannerOf(isSure, operation, method, dice);
        if (manner == Manner.Vanish)
        {
            bytes = bytes[..dice.Below(bytes.Length)];
        }

        return new(number, operation, method, Cut(bytes, dice), manner);
    }

    // Half of all calls go where money is.
    private FuzzOperation Choose(Dice dice) => dice.Pick(dice.OneIn(2) ? _charging : _operations);

    private byte[]? BodyOf(FuzzOperation operation, Dice dice)
    {
        if (operation.BodySchema is null && (operation.Method != "POST" || dice.OneIn(2)) && !dice.OneIn(30))
        {
            return null;
        }

        var known = FuzzSeeds.Of(operation.Path);
        var text = known.Count > 0 && !dice.OneIn(10)
            ? dice.Pick(known).Replace("DOES", dice.Pick(Deeds), StringComparison.Ordinal)
            : _sampler.Sample(operation.BodySchema ?? "Error", dice)?.ToJsonString() ?? "{}";
        return dice.OneIn(4) ? Encoding.UTF8.GetBytes(text) : BodyMutator.Mutate(text, dice);
    }

    private string PathOf(FuzzOperation operation, Dice dice)
    {
        var path = new StringBuilder();
        foreach (var segment in operation.Path.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            path.Append('/').Append(segment.StartsWith('{') ? IdOf(dice) : segment);
        }

        var mark = '?';
        foreach (var name in operation.Query.Where(_ => dice.OneIn(3)).Append("unknown"))
        {
            if (name != "unknown" || dice.OneIn(40))
            {
                path.Append(mark).Append(Uri.EscapeDataString(name)).Append('=').Append(dice.Pick(Values));
                mark = '&';
            }
        }

        return path.ToString();
    }

    private string IdOf(Dice dice) =>
        dice.OneIn(5) ? dice.Pick(["x", "%00", "..%2f..", "%F0%28", "'--", "0", "a%0ab", new string('9', 300)])
            : Uri.EscapeDataString(ids.Pick(dice));

    private static Manner MannerOf(bool isSure, FuzzOperation operation, string method, Dice dice)
    {
        if (!isSure)
        {
            return dice.OneIn(100) ? Manner.Wait : Manner.Finish;
        }

        return dice.OneIn(60) ? Manner.Vanish
            : operation.MayCharge && method == "POST" && dice.OneIn(20) ? Manner.Leave
            : Manner.Ask;
    }

    private static List<ReadOnlyMemory<byte>> Cut(byte[] bytes, Dice dice)
    {
        var pieces = new List<ReadOnlyMemory<byte>>();
        var rest = bytes.AsMemory();
        for (var cuts = dice.OneIn(3) ? dice.Below(MaxPieces) : 0; cuts > 0 && rest.Length > 1; cuts--)
        {
            var length = 1 + dice.Below(rest.Length - 1);
            pieces.Add(rest[..length]);
            rest = rest[length..];
        }

        pieces.Add(rest);
        return pieces;
    }
}
