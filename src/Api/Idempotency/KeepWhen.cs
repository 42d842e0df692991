namespace Gateway.Api.Idempotency;

/// <summary>Which requests of an endpoint are done once and for all, so that their key gives the answer again; all
/// others run again.</summary>
internal enum KeepWhen
{
    /// <summary>Those that were charged.</summary>
    Charged,

    /// <summary>Those answered with a status of 200 to 299, where nothing is charged.</summary>
    Succeeded,
}
