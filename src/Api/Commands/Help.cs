using System.Text;
using Gateway.Api.Hosting;

namespace Gateway.Api.Commands;

/// <summary>The text of <c>--help</c>, made from the settings table.</summary>
internal static class Help
{
    private const string Head = """
        The gateway: an OpenAI-style API in front of Bittensor. Without a command it serves.

        Usage: dotnet run --project src/Api -- [COMMAND] [--Gateway:KEY=VALUE ...] [--urls ADDRESS]

        Commands (each ends after its work and prints JSON)
          create-owner --email E [--organization NAME]   a new organisation with its keys
          create-operator --email E --role approver|support|prices
                                                         a link by which an operator sets up his sign-in
          sign-text FILE --secret KEYFILE                sign a text of the portal as a wallet does, offline
          migrate                                        bring the store's schema up to date
          check                                          test settings and connections, start nothing
          prices export FILE                             write the price book to a file
          prices import FILE --reason TEXT [--author NAME] [--approve]
                                                         make a file's prices hold, all or nothing
          verify-audit                                   check that no row of the audit log was changed
          stake add|remove|move|approve|cancel|list      requests to move stake, beside a running signer
          halts list                                     what stands still until a person has looked
          halts lift ID --author NAME --reason TEXT      let it go on
          deposit-pool create FILE --secret FILE --count N
                                                         make a signed list of deposit addresses, offline
          deposit-pool check FILE --signer ADDRESS       read such a list as the server does, offline
          verify-receipt FILE [KEYS]                     check a receipt's signature and charge, offline
          verify-reserves FILE [KEYS]                    check that an organisation's figure is counted, offline
          --help                                         this text

        Settings: --Gateway:KEY=VALUE, appsettings.json, or the environment as Gateway__KEY with __ for every colon.
          --urls  (default http://127.0.0.1:8080)  where the API listens

        """;

    public static string Text()
    {
        var text = new StringBuilder(Head);
        foreach (var setting in SettingsTable.All.Where(setting => setting.HasEffect))
        {
            var standard = setting.Default.Length == 0 ? "" : $"  (default {setting.Default})";
            text.AppendLine(null, $"  Gateway:{setting.Key}{standard}")
                .AppendLine(null, $"      {setting.Meaning}: {setting.Allowed}");
        }

        return text.ToString();
    }
}
