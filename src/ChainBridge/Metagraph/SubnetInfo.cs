using Gateway.Core;

namespace Gateway.ChainBridge;

/// <summary>What a subnet says of itself. Text is its owner's and may be anything.</summary>
/// <param name="NetUid">The subnet.</param>
/// <param name="Name">Its name, 128 characters at most; empty where it says none.</param>
/// <param name="Symbol">The sign of its token.</param>
/// <param name="Price">Rao for one alpha; 1,000,000,000 for the root network and before dynamic TAO.</param>
/// <param name="Tempo">Blocks between two epochs.</param>
/// <param name="Emission">TAO that its pool gets with each block.</param>
/// <param name="Neurons">How many are registered.</param>
public sealed record SubnetInfo(
    NetUid NetUid, string Name, string Symbol, Rao Price, int Tempo, Rao Emission, int Neurons);
