using Gateway.Core;

namespace Gateway.Billing;

internal sealed partial class Replica
{
    /// <summary>Credit that this process has leased, held or free.</summary>
    internal NanoUsd Leased => new(Lives
        .Where(life => !life.Incarnation.IsGivenUp)
        .Sum(life => life.Incarnation.Leases.Leased));

    /// <summary>How long the oldest record of a journal of this process has waited for the books, to about a
    /// tick.</summary>
    internal TimeSpan Lag
    {
        get
        {
            var longest = TimeSpan.Zero;
            foreach (var life in Lives)
            {
                var lag = life.Lag(time);
                longest = lag > longest ? lag : longest;
            }

            return longest;
        }
    }
}
