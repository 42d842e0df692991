using Gateway.Core;

namespace Gateway.ChainBridge;

/// <summary>A finalized block, checked, with what it brought to known addresses.</summary>
/// <param name="Genesis">The chain, <c>0x</c> and 64 hex digits.</param>
/// <param name="Position">The block.</param>
/// <param name="Parent">The hash of the block below.</param>
/// <param name="Time">The block's own time.</param>
/// <param name="Transfers">In the order of its events.</param>
public sealed record WatchedBlock(
    string Genesis,
    ChainPosition Position,
    string Parent,
    DateTimeOffset Time,
    IReadOnlyList<WatchedTransfer> Transfers)
{
    /// <summary>What left known addresses for a cold wallet, whoever saw to it, in the order of the events.</summary>
    public IReadOnlyList<WatchedSweep> Sweeps { get; init; } = [];
}

/// <summary>A transfer from a known address to one of our cold wallets.</summary>
/// <param name="EventIndex">Its place in System.Events of its block.</param>
/// <param name="Address">SS58; the known one.</param>
/// <param name="Cold">SS58.</param>
/// <param name="Amount">Rao, above zero.</param>
public sealed record WatchedSweep(int EventIndex, string Address, string Cold, Rao Amount);

/// <summary>A transfer to a known address, whoever or whatever made it.</summary>
/// <param name="EventIndex">Its place in System.Events of its block.</param>
/// <param name="Sender">SS58; shown, never trusted.</param>
/// <param name="Address">SS58.</param>
/// <param name="Amount">Above zero; rao, or the units of <see cref="Asset"/>.</param>
public sealed record WatchedTransfer(int EventIndex, string Sender, string Address, Rao Amount)
{
    /// <summary>What it is where it is not TAO, such as <c>alpha/4</c>; null for TAO.</summary>
    public string? Asset { get; init; }
}

/// <summary>A transfer in a block that is not taken in yet and may vanish: for showing only.</summary>
/// <param name="Height">The block's number.</param>
/// <param name="BlockHash">Its hash.</param>
/// <param name="Time">The block's own time.</param>
/// <param name="Transfer">The transfer.</param>
public sealed record SeenTransfer(long Height, string BlockHash, DateTimeOffset Time, WatchedTransfer Transfer);
