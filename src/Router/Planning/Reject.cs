using System.Runtime.CompilerServices;

namespace Gateway.Router.Planning;

/// <summary>Why an upstream may not be asked.</summary>
internal enum Reject
{
    /// <summary>It may.</summary>
    None,

    /// <summary>Another model than was asked for.</summary>
    Model,

    /// <summary>A model that the caller's key may not call.</summary>
    Forbidden,

    /// <summary>Not among those the caller allows.</summary>
    Only,

    /// <summary>Among those the caller excludes.</summary>
    Excluded,

    /// <summary>Less private than asked for.</summary>
    Privacy,

    /// <summary>It says that it is private enough, and has not shown it.</summary>
    Unproven,

    /// <summary>It was found out, and nobody may ask it.</summary>
    Quarantined,

    /// <summary>Dearer than the caller pays.</summary>
    PriceCap,

    /// <summary>It takes no function calls.</summary>
    Tools,

    /// <summary>It reads no images, or no sound.</summary>
    Modality,

    /// <summary>It lacks something else the request needs.</summary>
    Feature,

    /// <summary>The prompt is too long for it.</summary>
    Context,

    /// <summary>Its model knows one language, and the request is in another one, or asks for one.</summary>
    Language,

    /// <summary>Slower than the caller waits.</summary>
    Deadline,

    /// <summary>It failed too often of late.</summary>
    Breaker,

    /// <summary>It has as much to do as it can.</summary>
    Capacity,

    /// <summary>A figure of its is not a number.</summary>
    Masked,

    /// <summary>It could be asked, and is not among the best: no filter, so it is never counted.</summary>
    Shortlist,
}

/// <summary>The reasons' names in answers and traces.</summary>
internal static class Rejects
{
    internal static string NameOf(Reject reason) => reason switch
    {
        Reject.None => "",
        Reject.Model => "model",
        Reject.Forbidden => "forbidden",
        Reject.Only => "only",
        Reject.Excluded => "excluded",
        Reject.Privacy => "privacy",
        Reject.Unproven => "unproven",
        Reject.Quarantined => "quarantined",
        Reject.PriceCap => "price_cap",
        Reject.Tools => "tools",
        Reject.Modality => "modality",
        Reject.Feature => "feature",
        Reject.Context => "context",
        Reject.Language => "language",
        Reject.Deadline => "deadline",
        Reject.Breaker => "breaker",
        Reject.Capacity => "capacity",
        Reject.Masked => "masked",
        Reject.Shortlist => "shortlist",
    };
}

/// <summary>How many upstreams each reason turned away; a value, so that counting allocates nothing.</summary>
[InlineArray((int)Reject.Masked + 1)]
internal struct RejectCounts
{
    private int _first;

    /// <summary>The counts above zero, by the reasons' names.</summary>
    internal static Dictionary<string, int> Named(in RejectCounts counts)
    {
        var named = new Dictionary<string, int>();
        for (var reason = Reject.Model; reason <= Reject.Masked; reason++)
        {
            if (counts[(int)reason] > 0)
            {
                named[Rejects.NameOf(reason)] = counts[(int)reason];
            }
        }

        return named;
    }
}
