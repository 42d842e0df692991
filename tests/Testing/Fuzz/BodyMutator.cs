using System.Text;
using System.Text.Json.Nodes;

namespace Gateway.Testing.Fuzz;

/// <summary>Spoils bodies: by their structure, where a reader of fields must refuse them, and by their bytes, where a
/// parser must.</summary>
internal static class BodyMutator
{
    private const int LongText = 40_000;

    private static readonly string[] Nasty =
    [
        "null", "true", "-1", "0", "1.5", "1e309", "-1e-400", "9223372036854775807", "9223372036854775808", "1E+2",
        "2147483648", "123456789012345678901234567890", "\"\"", "\"x\"", "\"10\"", "[]", "{}", "[[]]", "[null]",
        "{\"a\":{}}", "\"\\u0000\"", "\"\\ud83d\\ude00\"", "\"a\\r\\nb: c\"",
        "\"'; DROP TABLE api_key; --\"", "\"<script>\"", "\"=cmd|' /C calc'!A0\"", "\"\\u202e\"", "{\"__proto__\":1}",
        "\"https://169.254.169.254/\"", "\"../../etc/passwd\"", "\"auto:cheapest\"", "[1,2,3]", "-0", "0.1e1",
    ];

    private static readonly string[] Tokens =
    [
        "{", "}", "[", "]", ",", ":", "\"", "\\", "//x\n", "/**/", "NaN", "\\ud800", "\\udc00\\ud800", "'", "\0", "+1",
        "01", "tru", "\\u12",
    ];

    /// <summary>A body of JSON text with one to three faults.</summary>
    internal static byte[] Mutate(string json, Dice dice)
    {
        var node = JsonNode.Parse(json);
        for (var faults = dice.Below(3); faults >= 0 && node is not null; faults--)
        {
            if (dice.OneIn(3))
            {
                return Spoil(Encoding.UTF8.GetBytes(node.ToJsonString()), dice);
            }

            node = Restructure(node, dice);
        }

        return Encoding.UTF8.GetBytes(node?.ToJsonString() ?? "null");
    }

    // One member or element becomes something else; the text stays JSON, lone surrogates aside.
    private static JsonNode? Restructure(JsonNode root, Dice dice)
    {
        var at = root;
        while (Children(at) is { Count: > 0 } children && !dice.OneIn(3) && dice.Pick(children) is { } deeper)
        {
            at = deeper;
        }

        switch (at)
        {
            case JsonObject members when dice.OneIn(2):
                Change(members, dice);
                return root;
            case JsonArray elements when elements.Count > 0 && dice.OneIn(2):
                Repeat(elements, dice);
                return root;
        }

        if (at.Parent is null)
        {
            return NastyNode(dice);
        }

        at.ReplaceWith(NastyNode(dice));
        return root;
    }

    private static List<JsonNode?> Children(JsonNode node) => node switch
    {
        JsonObject members => [.. members.Select(member => member.Value)],
        JsonArray elements => [.. elements],
        _ => [],
    };

    private static void Change(JsonObject members, Dice dice)
    {
        var names = members.Select(member => member.Key).ToArray();
        var name = names.Length > 0 ? dice.Pick(names) : "x";
        switch (dice.Below(5))
        {
            case 0:
                members.Remove(name);
                break;
            case 1:
                members[dice.Pick(["unknown", "__proto__", "balance", "org_id", "role", "api_key", "n", "best_of"])] =
                    NastyNode(dice);
                break;
            case 2:
                members[name.ToUpperInvariant()] = members[name]?.DeepClone();
                break;
            case 3:
                members[name] = new string('w', dice.Below(LongText));
                break;
            default:
                members[name] = NastyNode(dice);
                break;
        }
    }

    private static void Repeat(JsonArray elements, Dice dice)
    {
        var one = elements[dice.Below(elements.Count)];
        for (var times = dice.OneIn(20) ? 3_000 : dice.Below(20); times > 0; times--)
        {
            elements.Add(one?.DeepClone());
        }
    }

    private static JsonNode? NastyNode(Dice dice) =>
        JsonNode.Parse(dice.OneIn(30) ? Nested(dice.Below(62)) : dice.Pick(Nasty));

    private static string Nested(int depth) => new string('[', depth) + "1" + new string(']', depth);

    private static byte[] Spoil(byte[] body, Dice dice)
    {
        var at = dice.Below(body.Length);
        var length = dice.Below(Math.Min(body.Length - at, 40) + 1);
        return dice.Below(13) switch
        {
            0 => body[..at],
            1 => [.. body[..at], .. body[(at + length)..]],
            2 => [.. body[..(at + length)], .. body[at..]],
            3 => [.. body[..at], dice.Byte(), .. body[at..]],
            4 => [.. body[..at], 0xC3, 0x28, .. body[at..]],
            5 => [.. body[..at], .. Encoding.UTF8.GetBytes(dice.Pick(Tokens)), .. body[at..]],
            6 => [0xEF, 0xBB, 0xBF, .. body],
            7 => [.. body, .. "{}"u8],
            8 => DoubledMember(body, dice),
            9 => Encoding.UTF8.GetBytes(Nested(dice.OneIn(2) ? 70 : 10_000)),
            10 => Replaced(body, dice.Pick(Nasty), dice),
            11 => [],
            _ => Flipped(body, dice),
        };
    }

    private static byte[] DoubledMember(byte[] body, Dice dice)
    {
        var text = Encoding.UTF8.GetString(body);
        var name = dice.Pick(["model", "messages", "x", "max_tokens"]);
        return text.StartsWith('{') ? Encoding.UTF8.GetBytes($$"""{"{{name}}":1,""" + text[1..]) : body;
    }

    // Raw text in the place of the value behind a colon: also what no writer of JSON would write.
    private static byte[] Replaced(byte[] body, string value, Dice dice)
    {
        var text = Encoding.UTF8.GetString(body);
        var colon = text.IndexOf(':', dice.Below(text.Length));
        if (colon < 0)
        {
            return body;
        }

        var end = text.IndexOfAny([',', '}'], colon);
        return Encoding.UTF8.GetBytes(end < 0 ? text : text[..(colon + 1)] + value + text[end..]);
    }

    private static byte[] Flipped(byte[] body, Dice dice)
    {
        for (var flips = 1 + dice.Below(4); flips > 0; flips--)
        {
            body[dice.Below(body.Length)] ^= (byte)(1 << dice.Below(8));
        }

        return body;
    }
}
