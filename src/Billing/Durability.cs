namespace Gateway.Billing;

/// <summary>What is waited for before an answer's end may leave (<c>Gateway:Billing:Durability</c>).</summary>
internal enum Durability
{
    /// <summary>The record has been written: it survives the process, and is on the disk about 5 ms later.</summary>
    Write,

    /// <summary>The record is on the disk: it survives a power cut.</summary>
    Strict,
}
