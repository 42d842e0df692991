namespace Gateway.ChainBridge.Keys;

/// <summary>What kind of thing is wrong with an address.</summary>
internal enum Ss58FaultKind
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>Empty, or with a blank somewhere.</summary>
    Blank,

    /// <summary>A character outside base58's alphabet.</summary>
    Character,

    /// <summary>Not a 32-byte account.</summary>
    Length,

    /// <summary>Mistyped.</summary>
    Checksum,

    /// <summary>An account of another network, or the prefix in its long form.</summary>
    Prefix,
}

/// <summary>Why an address is refused.</summary>
/// <param name="Kind">The kind of fault.</param>
/// <param name="NetworkPrefix">The prefix found; only for <see cref="Ss58FaultKind.Prefix"/>.</param>
internal readonly record struct Ss58Fault(Ss58FaultKind Kind, ushort NetworkPrefix = 0)
{
    /// <summary>One sentence for the person who typed the address.</summary>
    public override string ToString() => Kind switch
    {
        Ss58FaultKind.None => "The address is valid.",
        Ss58FaultKind.Blank => "The address is empty or has a blank in it.",
        Ss58FaultKind.Character => "The address has a character that base58 does not know.",
        Ss58FaultKind.Length => "The address has the wrong length.",
        Ss58FaultKind.Checksum => "The address is mistyped: its checksum is wrong.",
        Ss58FaultKind.Prefix =>
            $"The address has the network prefix {NetworkPrefix}; Bittensor's is {Ss58.BittensorPrefix}.",
    };
}
