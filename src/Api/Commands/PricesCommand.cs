using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Gateway.Api.Access;
using Gateway.Api.Audit;
using Gateway.Api.Hosting;
using Gateway.Billing;

namespace Gateway.Api.Commands;

/// <summary><c>prices export FILE</c>, and <c>prices import FILE --reason TEXT [--author NAME] [--approve]</c>; exit
/// code 1 when the file's prices do not hold afterwards.</summary>
internal static class PricesCommand
{
    private const long MaxFile = 8 * 1024 * 1024;
    private const string Approve = "--approve";

    public static Task<int> RunAsync(string[] args)
    {
        if (args.Length < 2 || args[1].StartsWith('-'))
        {
            throw Usage();
        }

        return args[0] switch
        {
            "export" => ExportAsync(args[1], args[2..]),
            "import" => ImportAsync(args[1], args[2..]),
            _ => throw Usage(),
        };
    }

    private static StartRefusedException Usage() => new(
        "prices export FILE, or prices import FILE --reason TEXT [--author NAME] [--approve].");

    private static async Task<int> ExportAsync(string path, string[] settings)
    {
        Options.RequireSettings(settings);
        await using var host = CommandHost.Create(settings);
        await BillingSchema.MigrateAsync(host.Services, CancellationToken.None);
        var text = await host.Get<PriceDesk>().ExportAsync(CancellationToken.None);
        await GuardAsync(path, "written", () => File.WriteAllTextAsync(path, text));
        CommandOutput.Write(new JsonObject { ["file"] = Path.GetFullPath(path) });
        return 0;
    }

    private static async Task<int> ImportAsync(string path, string[] args)
    {
        var approve = args.Contains(Approve);
        var options = Options.Take(
            [.. args.Where(arg => arg != Approve)], ["--author", "--reason"], out var settings);
        var author = options.GetValueOrDefault("--author") ?? Environment.UserName;
        var reason = options.GetValueOrDefault("--reason") ?? (approve
            ? "approved"
            : throw new StartRefusedException("prices import needs --reason TEXT: why do they change?"));
        var file = await ReadAsync(path);

        await using var host = CommandHost.Create(settings);
        await BillingSchema.MigrateAsync(host.Services, CancellationToken.None);
        await host.Get<AccessSchema>().MigrateAsync(CancellationToken.None);
        var what = new AuditEvent("prices.imported", "prices", null, new JsonObject
        {
            ["author"] = author,
            ["reason"] = reason,
            ["approve"] = approve,
            ["sha256"] = Convert.ToHexStringLower(SHA256.HashData(file)),
        });
        await host.Get<AuditTrail>().NoteAsync(AuditTrail.Operator, Actor.Console, what);
        var result = await ImportAsync(host.Get<PriceDesk>(), file, author, reason, approve);
        CommandOutput.Write(new JsonObject
        {
            ["added"] = Texts(result.Added),
            ["unchanged"] = Texts(result.Unchanged),
            ["pending"] = Texts(result.Pending),
            ["refused"] = Texts(result.Refused),
        });
        return result.Refused.Count + result.Pending.Count == 0 ? 0 : 1;
    }

    private static async Task<PriceImport> ImportAsync(
        PriceDesk desk, byte[] file, string author, string reason, bool approve)
    {
        try
        {
            return await desk.ImportAsync(file, author, reason, approve, CancellationToken.None);
        }
        catch (ArgumentException wrong)
        {
            throw new StartRefusedException(wrong.Message);
        }
    }

    private static async Task<byte[]> ReadAsync(string path)
    {
        byte[] file = [];
        await GuardAsync(path, "read", async () =>
        {
            if (new FileInfo(path).Length > MaxFile)
            {
                throw new StartRefusedException($"{path} is larger than {MaxFile} bytes: it is no price file.");
            }

            file = await File.ReadAllBytesAsync(path);
        });
        return file;
    }

    private static async Task GuardAsync(string path, string verb, Func<Task> act)
    {
        try
        {
            await act();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new StartRefusedException($"{path} cannot be {verb}: {failure.Message}");
        }
    }

    private static JsonArray Texts(IEnumerable<string> texts) => [.. texts.Select(text => JsonValue.Create(text))];
}
