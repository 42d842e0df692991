namespace Gateway.ChainBridge.Metadata;

/// <summary>What a storage entry without a stored value reads as.</summary>
internal enum StorageModifier
{
    /// <summary>Nothing.</summary>
    Optional = 0,

    /// <summary>The default in the metadata.</summary>
    Default = 1,

    /// <summary>It is always stored; nothing is an error.</summary>
    Required = 2,
}
