using System.Text;

namespace Gateway.Billing.Tests.Kit;

/// <summary>Changes a signed document in one place after the other.</summary>
internal static class Flips
{
    /// <summary>Every byte by its lowest bit and by the one between upper and lower case.</summary>
    internal static void AssertNoneHolds(byte[] served, Func<ReadOnlyMemory<byte>, IReadOnlyList<string>> check)
    {
        foreach (var bit in (byte[])[0x01, 0x20])
        {
            for (var i = 0; i < served.Length; i++)
            {
                var changed = (byte[])served.Clone();
                changed[i] ^= bit;
                Assert.True(check(changed).Count > 0, $"byte {i}: {Encoding.UTF8.GetString(changed)}");
            }
        }
    }
}
