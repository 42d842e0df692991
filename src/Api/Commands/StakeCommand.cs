using System.Globalization;
using System.Text.Json.Nodes;
using Gateway.Api.Hosting;
using Gateway.ChainBridge.Payouts;
using Gateway.ChainBridge.Staking;
using Gateway.Core;

namespace Gateway.Api.Commands;

/// <summary>Moves of stake, beside the signer that runs on the same data directory: <c>stake add|remove|move</c> asks,
/// <c>stake approve ID</c> and <c>stake cancel ID</c> answer, <c>stake list</c> tells. Exit code 1 when nothing
/// changed.</summary>
internal static class StakeCommand
{
    private const string Usage =
        "stake add|remove --netuid N --hotkey H --amount RAO --by NAME, stake move with --to-netuid N --to-hotkey H "
        + "too, stake approve ID --by NAME --proof 0x..., stake cancel ID --by NAME, stake list.";

    private static readonly string[] Names =
        ["--netuid", "--hotkey", "--amount", "--by", "--to-netuid", "--to-hotkey", "--proof"];

    private static readonly Dictionary<string, OrderKind> Kinds = new()
    {
        ["add"] = OrderKind.StakeAdd,
        ["remove"] = OrderKind.StakeRemove,
        ["move"] = OrderKind.StakeMove,
    };

    public static Task<int> RunAsync(string[] args)
    {
        var word = args.FirstOrDefault() ?? "";
        var hasId = word is "approve" or "cancel" && args.Length > 1;
        var options = Options.Take(args[Math.Min(args.Length, hasId ? 2 : 1)..], Names, out var rest);
        var desk = DeskOf(rest);
        try
        {
            return Task.FromResult(word switch
            {
                "list" => Tell(desk.List()),
                "approve" when hasId =>
                    Answer(desk, args[1], desk.Approve(args[1], By(options), Of(options, "--proof"))),
                "cancel" when hasId => Answer(desk, args[1], desk.Cancel(args[1], By(options))),
                _ when Kinds.TryGetValue(word, out var kind) => Ask(desk, kind, options),
                _ => throw new StartRefusedException(Usage),
            });
        }
        catch (Exception failure) when (failure is ArgumentException or IOException or UnauthorizedAccessException)
        {
            throw new StartRefusedException(failure.Message);
        }
    }

    private static StakeDesk DeskOf(string[] settings)
    {
        _ = GatewayBuilder.Create(settings, out var read);
        using var directory = DataDirectory.Open(read.DataDirectory);
        return new Wiring.SignerSetup(read, directory).Stakes(TimeProvider.System);
    }

    private static int Ask(StakeDesk desk, OrderKind kind, Dictionary<string, string> options)
    {
        var wish = new StakeWish(kind, PlaceOf(options, "--netuid", "--hotkey"), new(Number(options, "--amount")))
        {
            To = kind == OrderKind.StakeMove ? PlaceOf(options, "--to-netuid", "--to-hotkey") : null,
        };
        CommandOutput.Write(ToJson(new StakeLine(desk.Ask(wish, By(options)), OrderStage.Waiting, null)));
        return 0;
    }

    private static int Answer(StakeDesk desk, string id, bool isDone)
    {
        CommandOutput.Write(desk.Find(id) is { } line ? ToJson(line) : new JsonObject { ["error"] = "unknown" });
        return isDone ? 0 : 1;
    }

    private static int Tell(IReadOnlyList<StakeLine> lines)
    {
        CommandOutput.Write(new JsonObject { ["stakes"] = new JsonArray([.. lines.Select(ToJson)]) });
        return 0;
    }

    private static JsonObject ToJson(StakeLine line) => new()
    {
        ["id"] = line.Order.Id,
        ["kind"] = line.Order.Kind.ToString(),
        ["amount"] = line.Order.Amount.Value,
        ["places"] = new JsonArray([.. line.Order.Parts.Select(part => JsonValue.Create(part.Source))]),
        ["requested_by"] = line.Order.RequestedBy,
        ["approved_by"] = new JsonArray([.. line.Order.Approvals.Select(one => JsonValue.Create(one.Person))]),
        ["stage"] = line.Stage.ToString(),
        ["because"] = line.Because,
        ["challenge"] = PayoutChallenge.Of(line.Order),
    };

    private static StakePlace PlaceOf(Dictionary<string, string> options, string net, string hotkey) => new(
        new NetUid(Number(options, net) is var number and >= 0 and <= ushort.MaxValue
            ? (ushort)number
            : throw new StartRefusedException($"{net} is 0 to 65535.")),
        new Hotkey(Of(options, hotkey)));

    private static long Number(Dictionary<string, string> options, string name) =>
        long.TryParse(Of(options, name), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw new StartRefusedException($"{name} is a whole number.");

    private static string By(Dictionary<string, string> options) => Of(options, "--by");

    private static string Of(Dictionary<string, string> options, string name) =>
        options.GetValueOrDefault(name) ?? throw new StartRefusedException($"{name} is missing. {Usage}");
}
