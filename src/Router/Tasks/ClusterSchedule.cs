namespace Gateway.Router.Tasks;

/// <summary>When clusters are found anew: early and ever more rarely, since the first hundred prompts already show most
/// kinds of work and later ones only refine them.</summary>
internal static class ClusterSchedule
{
    /// <summary>Prompts before there are clusters at all.</summary>
    internal const long First = 256;

    private const long Last = 4 * PromptReservoir.Capacity;
    private const long Growth = 4;

    private static readonly TimeSpan Longest = TimeSpan.FromDays(1);

    /// <summary>Whether a fit is due after this many prompts: at 256, 1,024, 4,096, then every 8,000.</summary>
    internal static bool IsDue(long seen) =>
        seen is First or (4 * First) or (16 * First) || (seen > Last && seen % Last == 0);

    /// <summary>Whether a fit is due in a process that runs on: at four times the prompts of the last one until there
    /// are many, then once a day.</summary>
    /// <param name="seen">Prompts seen by this process.</param>
    /// <param name="fitted">Prompts that the clusters in force were found in; 0: there are none.</param>
    /// <param name="age">Since those were found.</param>
    internal static bool IsDue(long seen, long fitted, TimeSpan age) =>
        seen >= First && (age >= Longest || fitted == 0 || (fitted < Last && seen >= Growth * fitted));
}
