namespace Gateway.Api.Hosting;

/// <summary>The process cannot start or do its command; the message says why and what to do, for a person.</summary>
internal sealed class StartRefusedException(string message) : Exception(message);
