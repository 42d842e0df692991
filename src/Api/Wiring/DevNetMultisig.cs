using System.Globalization;
using Gateway.Api.Hosting;
using Gateway.ChainBridge;

namespace Gateway.Api.Wiring;

/// <summary>DevNet's deposit parent: a 2-of-3 multisig of generated keys, <c>keys/chain/signatory-1.key</c> to
/// <c>-3.key</c> in the data directory. Each file is an sr25519 mini secret, 64 hex digits and a line feed, mode 0600,
/// as <see cref="KeyRing.Generate"/> writes it. Two of them sweep what arrives; off DevNet they never lie together.
/// </summary>
internal static class DevNetMultisig
{
    /// <summary>Signatories that must agree.</summary>
    public const int Threshold = 2;

    private const int Signatories = 3;
    private const string Folder = "chain";

    /// <summary>The multisig's address; its keys are generated where they are missing.</summary>
    public static string In(DataDirectory directory) =>
        DepositTree.Multisig(Files(directory).Select(AccountOf), Threshold);

    /// <summary>The key files, whether they are there or not.</summary>
    public static IReadOnlyList<string> Files(DataDirectory directory)
    {
        OwnerOnly.CreateFolder(directory.Secret(Folder));
        return
        [
            .. Enumerable.Range(1, Signatories).Select(number => directory.Secret(
                Path.Combine(Folder, string.Create(CultureInfo.InvariantCulture, $"signatory-{number}.key")))),
        ];
    }

    private static string AccountOf(string file)
    {
        using var keys = File.Exists(file) ? KeyRing.Load(file) : KeyRing.Generate(file);
        return keys.RequestHotkey.ToString();
    }
}
