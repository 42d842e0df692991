namespace Gateway.Billing;

/// <summary>What every segment of one journal says about whose it is.</summary>
/// <param name="Incarnation">The replica's incarnation, 32 lower case hex digits.</param>
internal sealed record JournalHead(string Incarnation);
