using System.Text.Json.Nodes;
using Gateway.Api.Hosting;
using Gateway.ChainBridge.Payouts;

namespace Gateway.Api.Commands;

/// <summary><c>sign-text FILE --secret KEYFILE</c>: the signature that a wallet would make of a text that the portal
/// shows, wrapped so that it can never be a transaction. Needs neither settings nor a network.</summary>
internal static class SignTextCommand
{
    public static int Run(string[] args)
    {
        if (args.Length == 0 || args[0].StartsWith('-'))
        {
            throw new StartRefusedException("sign-text needs FILE and --secret KEYFILE.");
        }

        var options = Options.Take(args[1..], ["--secret"], out _);
        var secret = options.GetValueOrDefault("--secret");
        if (!File.Exists(args[0]) || !File.Exists(secret))
        {
            throw new StartRefusedException("sign-text needs FILE and --secret KEYFILE, both there.");
        }

        try
        {
            using var key = ApproverKey.Open(secret);
            CommandOutput.Write(new JsonObject
            {
                ["address"] = key.Address,
                ["signature"] = key.Sign(File.ReadAllText(args[0]).ReplaceLineEndings("\n").TrimEnd('\n')),
            });
            return 0;
        }
        catch (Exception failure) when (failure is InvalidDataException or UnauthorizedAccessException)
        {
            throw new StartRefusedException(failure.Message);
        }
    }
}
