using Gateway.ChainBridge.Scale;

namespace Gateway.DevNet.Chain.Runtime;

/// <summary>Who makes a call, and what that caller may call.</summary>
/// <param name="Who">The account.</param>
/// <param name="Allows">Null for everything; a proxy's kind narrows it.</param>
internal sealed record Origin(AccountId Who, Func<ScaleValue.Case, bool>? Allows = null);
