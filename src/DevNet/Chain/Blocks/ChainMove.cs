namespace Gateway.DevNet.Chain.Blocks;

/// <summary>A change of the best chain.</summary>
/// <param name="Retracted">Blocks that left it, newest first; empty unless it was a reorg.</param>
/// <param name="Enacted">Blocks that joined it, oldest first.</param>
internal sealed record ChainMove(IReadOnlyList<Block> Retracted, IReadOnlyList<Block> Enacted);
