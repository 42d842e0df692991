namespace Gateway.ChainBridge.Scale;

/// <summary>Why bytes or a value were refused by the codec.</summary>
internal enum ScaleFault
{
    /// <summary>The bytes end before the value does.</summary>
    ShortRead,

    /// <summary>Bytes follow the value.</summary>
    BytesLeft,

    /// <summary>A variant, flag or other tag that the type does not have.</summary>
    UnknownVariant,

    /// <summary>The registry has no type of this id, or a type of a kind that cannot be used so.</summary>
    UnknownType,

    /// <summary>Not metadata.</summary>
    UnknownMagic,

    /// <summary>Metadata or an extrinsic of a version nobody taught us.</summary>
    UnknownVersion,

    /// <summary>Nested deeper than <see cref="ScaleReader.MaximumDepth"/>.</summary>
    TooDeep,

    /// <summary>A compact integer in more bytes than it needs.</summary>
    NotShortest,

    /// <summary>A length above the bytes left, or above <see cref="ScaleReader.MaximumLength"/>.</summary>
    TooLong,

    /// <summary>An integer that the wanted type cannot hold.</summary>
    OutOfRange,

    /// <summary>Text that is not UTF-8, or a character that Unicode does not have.</summary>
    InvalidText,

    /// <summary>A value of another shape than the type's, or than the reader of the value expects.</summary>
    WrongShape,
}
