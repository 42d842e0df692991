using System.Globalization;
using System.Security.Cryptography;
using Gateway.Api.Hosting;
using Gateway.Billing;

namespace Gateway.Api.Wiring;

/// <summary>Keeps each day's secret beside the other keys, in a file of mode 0600.</summary>
internal sealed class ReserveSecrets(DataDirectory directory) : IReserveSecrets
{
    private const int Size = 32;

    public byte[] SecretOf(DateOnly day) => directory.ReadOrCreateSecret(
        "reserves-" + day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        () => RandomNumberGenerator.GetBytes(Size));
}
