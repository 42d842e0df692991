using Gateway.ChainBridge.Scale;

namespace Gateway.ChainBridge.Metadata;

/// <summary>Reads one element of a list.</summary>
internal delegate T ReadItem<T>(ref ScaleReader reader);
