using System.Text.Json;

namespace Gateway.ChainBridge.Rpc;

/// <summary>Reads a value out of a message while the message's bytes are at hand. The reader stands on the value's
/// first token. Whatever it throws of <see cref="JsonException"/>, <see cref="InvalidOperationException"/>, <see
/// cref="FormatException"/> and <see cref="Scale.ScaleException"/> is the answer's fault.</summary>
internal delegate T ReadJson<out T>(ref Utf8JsonReader reader);
