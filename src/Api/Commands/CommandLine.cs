using Gateway.Api.Hosting;

namespace Gateway.Api.Commands;

/// <summary>Chooses between the server and a command by the first word.</summary>
internal static class CommandLine
{
    private const int UsageError = 2;

    /// <summary>Returns the exit code.</summary>
    public static async Task<int> RunAsync(string[] args)
    {
        if (args.Any(arg => arg is "--help" or "-h" or "-?"))
        {
            Console.Write(Help.Text());
            return 0;
        }

        if (args.Length == 0 || args[0].StartsWith('-'))
        {
            Options.RequireSettings(args);
            return await GatewayHost.RunAsync(args);
        }

        var rest = args[1..];
        return args[0] switch
        {
            "create-owner" => await CreateOwnerCommand.RunAsync(rest),
            "create-operator" => await CreateOperatorCommand.RunAsync(rest),
            "sign-text" => SignTextCommand.Run(rest),
            "migrate" => await MigrateCommand.RunAsync(rest),
            "stake" => await StakeCommand.RunAsync(rest),
            "prices" => await PricesCommand.RunAsync(rest),
            "check" => await CheckCommand.RunAsync(rest),
            "halts" => await HaltsCommand.RunAsync(rest),
            "deposit-pool" => DepositPoolCommand.Run(rest),
            "verify-audit" => await VerifyAuditCommand.RunAsync(rest),
            "verify-receipt" => await VerifyReceiptCommand.RunAsync(rest),
            "verify-reserves" => await VerifyReservesCommand.RunAsync(rest),
            _ => await UnknownAsync(args[0]),
        };
    }

    private static async Task<int> UnknownAsync(string command)
    {
        await Console.Error.WriteLineAsync($"'{command}' is not a command. --help lists them.");
        return UsageError;
    }
}
