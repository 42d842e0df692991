using Gateway.ChainBridge;
using Gateway.Core;

namespace Gateway.Simulation;

/// <summary>Who is who on the chain: a deposit address for each organisation, below one parent.</summary>
internal sealed class SimAddresses : IAddressBook
{
    private readonly List<KnownAddress> _known = [];
    private readonly Dictionary<string, OrgId> _owners = [];

    internal SimAddresses(IEnumerable<Customer> customers)
    {
        foreach (var customer in customers)
        {
            var address = AddressOf(customer);
            _known.Add(new(_known.Count + 1, address));
            _owners.Add(address, customer.Org);
        }
    }

    /// <summary>Our own, which nobody is told; what comes there is nobody's.</summary>
    internal static string Parent { get; } = DepositTree.Multisig([Sender, Listed], 2);

    /// <summary>Somebody who pays.</summary>
    internal static string Sender => "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY";

    /// <summary>Somebody who pays and stands on a list.</summary>
    internal static string Listed => "5FHneW46xGXgs5mUiveU4sbTyGBzmstUspZC92UhjJM694ty";

    public IReadOnlyList<string> OwnWallets { get; } = [Parent];

    /// <summary>All deposit addresses.</summary>
    internal IEnumerable<string> All => _owners.Keys;

    public Task<IReadOnlyList<KnownAddress>> AfterAsync(long number, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<KnownAddress>>([.. _known.Skip((int)number)]);

    internal static string AddressOf(Customer customer) => DepositTree.AddressOf(Parent, customer.Number);

    /// <summary>Whose an address is; null: nobody's.</summary>
    internal OrgId? OwnerOf(string address) => _owners.TryGetValue(address, out var org) ? org : null;
}
