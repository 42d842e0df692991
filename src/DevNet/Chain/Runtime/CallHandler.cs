using Gateway.ChainBridge.Scale;

namespace Gateway.DevNet.Chain.Runtime;

/// <summary>What a call does.</summary>
/// <param name="scope">The block and extrinsic it runs in.</param>
/// <param name="origin">Who calls.</param>
/// <param name="arguments">The call's arguments by name.</param>
/// <returns>Null on success. After an error, everything the call did is undone.</returns>
internal delegate DispatchError? CallHandler(CallScope scope, Origin origin, ScaleValue.Case arguments);
