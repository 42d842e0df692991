namespace Gateway.ChainBridge.Payouts;

/// <summary>Lets a wallet sign for the shape of the runtime that it knows. The first shape is taken as it is; for
/// another one a person must look.</summary>
internal sealed class ShapeGuard(SignerParts parts, string wallet, string purpose)
{
    /// <summary>Whether the shape is known.</summary>
    /// <param name="shape">See <see cref="RuntimeShape"/>.</param>
    /// <param name="specVersion">The runtime's version, for the person.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<bool> IsKnownAsync(string shape, uint specVersion, CancellationToken cancellationToken)
    {
        var known = parts.Log.Shape(purpose);
        if (known == shape)
        {
            return true;
        }

        var cause = $"shape:{shape}";
        if (known is null || await parts.IsLiftedAsync(wallet, cause, cancellationToken))
        {
            parts.Log.AcceptShape(purpose, shape, parts.Now);
            return true;
        }

        await parts.Halts.HaltAsync(wallet, cause,
            $"The runtime {specVersion} lays {purpose} out in another way than the last one. Compare its metadata, "
            + "then lift this.", cancellationToken);
        return false;
    }
}
