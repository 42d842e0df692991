namespace Gateway.Billing;

/// <summary>An incarnation as the books have it.</summary>
/// <param name="Incarnation">Its id.</param>
/// <param name="State">What the books think of it.</param>
/// <param name="Seq">The last record of its journal that is applied.</param>
/// <param name="Beat">How often it has said that it lives.</param>
internal sealed record ReplicaRow(string Incarnation, ReplicaState State, long Seq, long Beat);
