using System.Text;

namespace Gateway.Testing.Fuzz;

/// <summary>Writes request lines and headers, good ones and spoiled ones.</summary>
internal static class HeadFaults
{
    private static readonly string[] Odd =
    [
        "x-max-cost: 0.001", "x-max-cost: 1e309", "x-max-cost: -1", "OpenAI-Organization: org_x", "OpenAI-Project: p",
        "Expect: 100-continue", "Content-Encoding: gzip", "Connection: close", "Connection: Upgrade", "TE: trailers",
        "Upgrade: websocket\r\nConnection: Upgrade", "Accept: text/html;q=x", "X-Forwarded-For: 10.0.0.1",
        "Forwarded: for=_x", "Cookie: a=b; gw=x", "Range: bytes=0-1", "Accept-Encoding: gzip, br",
        "Origin: null", "X-HTTP-Method-Override: DELETE", "traceparent: 00-x", "If-Match: *", "x-api-key: gw-x",
        "Prefer: respond-async", "anthropic-beta: a,b", "Content-Location: /x",
    ];

    // Whether the server can still tell where the message ends is told by the result.
    private static readonly string[] Broken =
    [
        "no colon here", ": empty", "sp ace: x", "x: a\u0000b", " folded: x", "x: a\r\n folded", "x: a\nb: c",
        "\u00e9: x",
    ];

    /// <summary>Writes the request line and the host; false when the server may turn the message away unread.</summary>
    internal static bool Begin(StringBuilder head, string method, string path, Dice dice)
    {
        var isSure = true;
        if (dice.OneIn(50))
        {
            path = dice.Pick(
                ["*", "//", "/v1/../v1/models", "/%00", "/%zz", "x", "", "http://localhost" + path, path + "?a=%",
                    path + "?k=gw-000000000000000000000000000000000000", "/\u00ff", path + new string('a', 9_000)]);
            isSure = false;
        }

        var version = "HTTP/1.1";
        if (dice.OneIn(150))
        {
            version = dice.Pick(["HTTP/1.0", "HTTP/2.0", "HTTP/1.2", "http/1.1", ""]);
            isSure = false;
        }

        head.Append(method).Append(' ').Append(path).Append(' ').Append(version).Append("\r\n");
        var host = dice.OneIn(100)
            ? dice.Pick(["", "Host: a\r\nHost: b\r\n", "Host: evil.example\r\n", "Host: a b\r\n", "Host: [::\r\n"])
            : "Host: localhost\r\n";
        head.Append(host);
        return isSure && host == "Host: localhost\r\n" && method is not ("CONNECT" or "G\u0001T");
    }

    /// <summary>Writes the other headers; false when the server may turn the message away unread.</summary>
    internal static bool Headers(StringBuilder head, FuzzTarget target, FuzzOperation operation, Dice dice)
    {
        head.Append(Authorization(target, operation, dice));
        head.Append(dice.OneIn(25)
            ? dice.Pick(["", "Content-Type: text/plain\r\n", "Content-Type: application/json; charset=utf-16\r\n",
                "Content-Type: multipart/form-data; boundary=b\r\n", "Content-Type: ;\r\n",
                "Content-Type: application/json\r\nContent-Type: text/plain\r\n"])
            : "Content-Type: application/json\r\n");
        if (dice.OneIn(10))
        {
            var key = dice.OneIn(5) ? dice.Pick(["", new('k', 300), "a\tb", "\u00e9"]) : $"key-{dice.Below(200)}";
            head.Append("Idempotency-Key: ").Append(key).Append("\r\n");
        }

        if (dice.OneIn(6))
        {
            head.Append(dice.Pick(Odd)).Append("\r\n");
        }

        return !dice.OneIn(40) || Spoil(head, dice);
    }

    private static bool Spoil(StringBuilder head, Dice dice)
    {
        switch (dice.Below(4))
        {
            case 0:
                head.Append("X-Long: ").Append('x', 20_000).Append("\r\n");
                return false;
            case 1:
                for (var i = 0; i < 120; i++)
                {
                    head.Append("X-").Append(i).Append(": y\r\n");
                }

                return false;
            default:
                head.Append(dice.Pick(Broken)).Append("\r\n");
                return false;
        }
    }

    private static string Authorization(FuzzTarget target, FuzzOperation operation, Dice dice)
    {
        var key = operation.NeedsAdmin ? target.AdminKey : target.ApiKey;
        var right = $"Authorization: Bearer {key}\r\n";
        return !dice.OneIn(15) ? right : dice.Below(9) switch
        {
            0 => "",
            1 => "Authorization: Bearer \r\n",
            2 => $"Authorization: Bearer {key[..^1]}!\r\n",
            3 => $"Authorization: Bearer gw-{dice.Below(1_000_000):D36}\r\n",
            4 => right + right,
            5 => $"Authorization: Basic {key}\r\n",
            6 => $"x-api-key: {key}\r\n",
            7 => $"Authorization: Bearer {(operation.NeedsAdmin ? target.PoorKey : target.AdminKey)}\r\n",
            _ => $"Authorization: Bearer {target.PoorKey}\r\n",
        };
    }
}
