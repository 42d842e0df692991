namespace Gateway.Api.Egress;

/// <summary>What a stranger's server answered.</summary>
/// <param name="Status">The HTTP status; a redirect is one like any other and was not followed.</param>
/// <param name="Body">All of the body.</param>
internal sealed record EgressAnswer(int Status, byte[] Body);

/// <summary>Why there is no answer.</summary>
internal enum EgressProblem
{
    /// <summary>The address is none that is called: not https, with a password, or no good name.</summary>
    Address,

    /// <summary>The name leads, or leads also, to an address that is not called.</summary>
    Refused,

    /// <summary>Nothing answers there.</summary>
    Unreachable,

    /// <summary>It took too long.</summary>
    TooSlow,

    /// <summary>The answer is longer than is read.</summary>
    TooLarge,
}

/// <summary>A stranger's address could not be called. The message is fit for whoever named the address: it says
/// nothing of what lies behind.</summary>
internal sealed class EgressException(EgressProblem problem, string message, Exception? inner = null)
    : Exception(message, inner)
{
    public EgressProblem Problem { get; } = problem;
}
