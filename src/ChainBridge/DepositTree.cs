using System.Globalization;
using Gateway.ChainBridge.Addresses;
using Gateway.ChainBridge.Keys;

namespace Gateway.ChainBridge;

/// <summary>Addresses without keys below one account: Utility.as_derivative of it acts for each, so what arrives there
/// leaves only by that account's word. Whoever knows the parent can tell all addresses below it.</summary>
public static class DepositTree
{
    /// <summary>How many addresses a level has.</summary>
    public const int Level = 65_536;

    /// <summary>How many addresses there are below a parent: a level, and a level below each of it.</summary>
    public const long Size = Level + ((long)Level * Level);

    /// <summary>The address at a place: the first 65,536 are derived from the parent, those after them from its
    /// derivatives.</summary>
    /// <param name="parent">SS58 with prefix 42.</param>
    /// <param name="place">0 to <see cref="Size"/> - 1.</param>
    /// <exception cref="ArgumentException">The parent is no address.</exception>
    public static string AddressOf(string parent, long place)
    {
        var account = new byte[Ss58.AccountLength];
        if (!Ss58.TryDecode(parent, account, out var fault))
        {
            throw new ArgumentException(fault.ToString(), nameof(parent));
        }

        foreach (var index in IndicesOf(place))
        {
            account = KeylessAccount.Derivative(account, index);
        }

        return Ss58.Encode(account);
    }

    /// <summary>The indices that lead to a place, such as <c>7</c> or <c>3/7</c>: as_derivative within
    /// as_derivative.</summary>
    public static string PathOf(long place) =>
        string.Join('/', IndicesOf(place).Select(index => index.ToString(CultureInfo.InvariantCulture)));

    /// <summary>The account that acts when enough signatories agree.</summary>
    /// <param name="signatories">At least two different accounts, SS58.</param>
    /// <param name="threshold">1 to the number of signatories.</param>
    public static string Multisig(IEnumerable<string> signatories, int threshold) => Ss58.Encode(
        KeylessAccount.Multisig(signatories.Select(AccountOf), checked((ushort)threshold)));

    internal static ushort[] IndicesOf(long place)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(place);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(place, Size);
        var nested = place - Level;
        return nested < 0 ? [(ushort)place] : [(ushort)(nested / Level), (ushort)(nested % Level)];
    }

    private static ReadOnlyMemory<byte> AccountOf(string address)
    {
        var account = new byte[Ss58.AccountLength];
        return Ss58.TryDecode(address, account, out var fault)
            ? account
            : throw new ArgumentException(fault.ToString(), nameof(address));
    }
}
