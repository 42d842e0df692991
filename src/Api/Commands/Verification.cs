using System.Text;
using System.Text.Json.Nodes;
using Gateway.Api.Hosting;
using Gateway.Api.Wiring;
using Gateway.Billing;

namespace Gateway.Api.Commands;

/// <summary>What the commands share that check a signed file with nothing but the published keys: exit code 1 when it
/// does not hold.</summary>
internal static class Verification
{
    private const long MaxFile = 1024 * 1024;

    /// <summary>Reads FILE and KEYS, runs the check and prints what is wrong.</summary>
    /// <param name="args">After the command's name.</param>
    /// <param name="usage">What to say when the arguments are wrong.</param>
    /// <param name="check">The check.</param>
    /// <param name="meaning">What a file that holds proves; null: nothing to add.</param>
    public static async Task<int> RunAsync(
        string[] args,
        string usage,
        Func<ReadOnlyMemory<byte>, ReceiptCheck.Verifier, IReadOnlyList<string>> check,
        string? meaning = null)
    {
        var files = args.TakeWhile(arg => !arg.StartsWith('-')).ToArray();
        if (files.Length is 0 or > 2)
        {
            throw new StartRefusedException(usage);
        }

        Options.RequireSettings(args[files.Length..]);
        var keys = files.Length == 2 ? await ReadKeysAsync(files[1]) : OwnKeys(args[1..]);
        var problems = check(await ReadAsync(files[0]), keys.Verify);
        var result = new JsonObject
        {
            ["valid"] = problems.Count == 0,
            ["problems"] = new JsonArray([.. problems.Select(problem => JsonValue.Create(problem))]),
        };
        if (meaning is not null)
        {
            result["meaning"] = meaning;
        }

        CommandOutput.Write(result);
        return problems.Count == 0 ? 0 : 1;
    }

    private static async Task<byte[]> ReadAsync(string path)
    {
        if (Directory.Exists(path))
        {
            throw new StartRefusedException($"{path} is a folder, not a file.");
        }

        try
        {
            return new FileInfo(path).Length <= MaxFile
                ? await File.ReadAllBytesAsync(path)
                : throw new StartRefusedException($"{path} is larger than {MaxFile} bytes: it is no such file.");
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new StartRefusedException($"{path} cannot be read: {failure.Message}");
        }
    }

    private static async Task<ReceiptKeySet> ReadKeysAsync(string path)
    {
        try
        {
            return ReceiptKeySet.Parse(Encoding.UTF8.GetString(await ReadAsync(path)));
        }
        catch (FormatException)
        {
            throw new StartRefusedException(
                $"{path} must be the JSON of /.well-known/gateway-receipt-keys.json.");
        }
    }

    private static ReceiptKeySet OwnKeys(string[] settings)
    {
        _ = GatewayBuilder.Create(settings, out var read);
        using var directory = DataDirectory.Existing(read.DataDirectory);
        using var signer = NSecReceiptSigner.Existing(directory);
        return ReceiptKeySet.Of(signer);
    }
}
