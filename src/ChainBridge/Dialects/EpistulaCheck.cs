using Gateway.Core;

namespace Gateway.ChainBridge.Dialects;

/// <summary>Why a miner refuses a request.</summary>
internal enum EpistulaFault
{
    /// <summary>It does not.</summary>
    None,

    /// <summary>Not version 2.</summary>
    Version,

    /// <summary>Meant for another miner, or for nobody in particular.</summary>
    Receiver,

    /// <summary>No timestamp or no id, or in another form.</summary>
    Malformed,

    /// <summary>More than 8 seconds from the receiver's clock.</summary>
    Stale,

    /// <summary>The sender is not an address.</summary>
    Sender,

    /// <summary>The sender did not sign this.</summary>
    Signature,
}

/// <summary>A receiver's answer to one request.</summary>
/// <param name="Fault"><see cref="EpistulaFault.None"/> when the request is genuine.</param>
/// <param name="SignedBy">The proven sender; default unless genuine.</param>
/// <param name="Uuid">The id to refuse a second time for twice <see cref="EpistulaV2.MaximumAge"/>; empty unless
/// genuine.</param>
internal readonly record struct EpistulaCheck(EpistulaFault Fault, Hotkey SignedBy = default, string Uuid = "");
