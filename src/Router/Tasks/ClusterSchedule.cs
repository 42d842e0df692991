namespace Gateway.Router.Tasks;

/// <summary>When clusters are found anew: early and ever more rarely, since the first hundred prompts already show most
/// kinds of work and later ones only refine them.</summary>
internal static class ClusterSchedule
{
    /// <summary>Prompts before there are clusters at all.</summary>
    internal const long First = 256;

    private const long Last = 4 * PromptReservoir.Capacity;

    /// <summary>Whether a fit is due after this many prompts: at 256, 1,024, 4,096, then every 8,000.</summary>
    internal static bool IsDue(long seen) =>
        seen is First or (4 * First) or (16 * First) || (seen > Last && seen % Last == 0);
}
