using Gateway.ChainBridge.Scale;

namespace Gateway.DevNet.Chain.Runtime;

/// <summary>Why a call failed (paritytech/polkadot-sdk, sp-runtime, DispatchError).</summary>
internal abstract record DispatchError
{
    private const int ErrorLength = 4;

    private DispatchError()
    {
    }

    public static DispatchError CallFiltered { get; } = new InPallet("System", "CallFiltered");

    public static DispatchError BadOrigin { get; } = new Plain("BadOrigin");

    public static DispatchError CannotLookup { get; } = new Plain("CannotLookup");

    public static DispatchError FundsUnavailable { get; } = new Token("FundsUnavailable");

    public abstract ScaleValue ToValue(DevRuntime runtime);

    /// <summary>An error that a pallet declares.</summary>
    public sealed record InPallet(string Pallet, string Name) : DispatchError
    {
        public override ScaleValue ToValue(DevRuntime runtime)
        {
            var error = new byte[ErrorLength];
            error[0] = runtime.Metadata.Error(Pallet, Name).Index;
            return ScaleValue.CaseOf("Module", ScaleValue.RecordOf(
                ("index", ScaleValue.Of(runtime.Metadata.Pallet(Pallet).Index)), ("error", ScaleValue.Of(error))));
        }
    }

    /// <summary>An error of handling tokens.</summary>
    public sealed record Token(string Name) : DispatchError
    {
        public override ScaleValue ToValue(DevRuntime runtime) =>
            ScaleValue.CaseOf(nameof(Token), ScaleValue.CaseOf(Name));
    }

    /// <summary>An error without detail.</summary>
    public sealed record Plain(string Name) : DispatchError
    {
        public override ScaleValue ToValue(DevRuntime runtime) => ScaleValue.CaseOf(Name);
    }

    /// <summary>The value of a dispatch result: success for null.</summary>
    public static ScaleValue ToResult(DispatchError? error, DevRuntime runtime) => error is null
        ? ScaleValue.CaseOf("Ok", ScaleValue.Unit)
        : ScaleValue.CaseOf("Err", error.ToValue(runtime));
}
