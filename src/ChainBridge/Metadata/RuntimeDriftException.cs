using System.Diagnostics.CodeAnalysis;

namespace Gateway.ChainBridge.Metadata;

/// <summary>The runtime lacks something this program relies on, or has it in another form.</summary>
[SuppressMessage("Design", "CA1064", Justification = "No caller outside this module can meet it.")]
internal sealed class RuntimeDriftException(string message) : Exception(message);
