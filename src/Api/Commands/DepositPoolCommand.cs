using System.Globalization;
using System.Text.Json.Nodes;
using Gateway.Api.Hosting;
using Gateway.ChainBridge;

namespace Gateway.Api.Commands;

/// <summary><c>deposit-pool create FILE --secret FILE --count N</c> makes a signed list of deposit addresses, and
/// <c>deposit-pool check FILE --signer ADDRESS</c> reads one as the server would. Neither needs settings, a store or a
/// network: the first is for a machine that has none.</summary>
internal static class DepositPoolCommand
{
    public static int Run(string[] args)
    {
        if (args.Length < 2 || args[1].StartsWith('-'))
        {
            throw Usage();
        }

        return args[0] switch
        {
            "create" => Create(args[1], args[2..]),
            "check" => Check(args[1], args[2..]),
            _ => throw Usage(),
        };
    }

    private static StartRefusedException Usage() => new(
        "deposit-pool create FILE --secret FILE --count N, or deposit-pool check FILE --signer ADDRESS.");

    private static int Create(string path, string[] args)
    {
        var options = Take(args, "--secret", "--count");
        var secret = options.GetValueOrDefault("--secret") ?? throw Usage();
        if (!int.TryParse(
                options.GetValueOrDefault("--count"), NumberStyles.None, CultureInfo.InvariantCulture, out var count)
            || count is < 1 or > DepositPool.Most)
        {
            throw new StartRefusedException($"--count is 1 to {DepositPool.Most}.");
        }

        var (pool, file) = Guard(secret, () => DepositPool.Create(secret, count));
        Guard(path, () =>
        {
            // A list that is in use is never written over by a shorter or another one.
            using var stream = new FileStream(path, FileMode.CreateNew, FileAccess.Write);
            stream.Write(file);
            stream.Flush(flushToDisk: true);
            return true;
        });
        Write(path, pool);
        return 0;
    }

    private static int Check(string path, string[] args)
    {
        var signer = Take(args, "--signer").GetValueOrDefault("--signer") ?? throw Usage();
        Write(path, Guard(path, () => DepositPool.Read(File.ReadAllBytes(path), signer)));
        return 0;
    }

    // Settings may stand there and change nothing.
    private static Dictionary<string, string> Take(string[] args, params string[] names) =>
        Options.Take(args, names, out _);

    private static void Write(string path, DepositPool pool) => CommandOutput.Write(new JsonObject
    {
        ["file"] = Path.GetFullPath(path),
        ["signer"] = pool.Signer,
        ["count"] = pool.Count,
        ["first"] = pool.AddressOf(0),
        ["last"] = pool.AddressOf(pool.Count - 1),
    });

    private static T Guard<T>(string path, Func<T> act)
    {
        try
        {
            return act();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or FormatException
            or InvalidDataException)
        {
            throw new StartRefusedException($"{path}: {failure.Message}");
        }
    }
}
