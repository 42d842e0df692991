using Gateway.ChainBridge.Scale;

namespace Gateway.DevNet.Chain.Runtime;

/// <summary>The value of System.Account. Amounts are rao.</summary>
internal sealed record AccountRecord(ScaleValue Value)
{
    public uint Nonce => Value["nonce"].ToUInt32();

    public uint Consumers => Value["consumers"].ToUInt32();

    public uint Providers => Value["providers"].ToUInt32();

    public uint Sufficients => Value["sufficients"].ToUInt32();

    public ulong Free => Value["data"]["free"].ToUInt64();

    public ulong Reserved => Value["data"]["reserved"].ToUInt64();

    public ulong Frozen => Value["data"]["frozen"].ToUInt64();

    public ulong Total => Free + Reserved;

    /// <summary>Whether the account may be reaped: nothing else depends on it.</summary>
    public bool MayDie => Consumers == 0;

    public AccountRecord WithNonce(uint nonce) => With(nonce, Consumers, Providers, Free, Reserved);

    public AccountRecord WithReferences(uint consumers, uint providers) =>
        With(Nonce, consumers, providers, Free, Reserved);

    public AccountRecord WithBalance(ulong free, ulong reserved) =>
        With(Nonce, Consumers, Providers, free, reserved);

    private AccountRecord With(uint nonce, uint consumers, uint providers, ulong free, ulong reserved) => new(
        ScaleValue.RecordOf(
            ("nonce", ScaleValue.Of(nonce)),
            ("consumers", ScaleValue.Of(consumers)),
            ("providers", ScaleValue.Of(providers)),
            ("sufficients", Value["sufficients"]),
            ("data", ScaleValue.RecordOf(
                ("free", ScaleValue.Of(free)),
                ("reserved", ScaleValue.Of(reserved)),
                ("frozen", Value["data"]["frozen"]),
                ("flags", Value["data"]["flags"])))));
}
