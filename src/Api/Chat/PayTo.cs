namespace Gateway.Api.Chat;

/// <summary>Where an organisation pays to.</summary>
/// <param name="Address">Its newest deposit address.</param>
/// <param name="Genesis">The chain it is on; null before a node has proved it.</param>
/// <param name="Until">When the amount should be asked for anew, since the rate moves: Unix seconds.</param>
internal sealed record PayTo(string Address, string? Genesis, long Until);
