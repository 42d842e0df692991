using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Gateway.Billing.Tests.Kit;

/// <summary>A secret that follows from its day.</summary>
internal sealed class FixedSecrets : IReserveSecrets
{
    public byte[] SecretOf(DateOnly day) =>
        SHA256.HashData(Encoding.ASCII.GetBytes(day.ToString("O", CultureInfo.InvariantCulture)));
}
