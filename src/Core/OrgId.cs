namespace Gateway.Core;

/// <summary>An organisation: who owns credit. Public text: <c>org_</c> and 32 hex digits.</summary>
/// <param name="Value">A UUID version 7, so that ids sort by time.</param>
public readonly record struct OrgId(Guid Value)
{
    private const string Prefix = "org_";

    /// <summary>A new id at the clock's time.</summary>
    public static OrgId Create(TimeProvider time) => new(Guid.CreateVersion7(time.GetUtcNow()));

    /// <summary>Reads the public text; false for anything else.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out OrgId id)
    {
        var parsed = PublicId.TryParse(text, Prefix, out var value);
        id = new(value);
        return parsed;
    }

    /// <inheritdoc/>
    public override string ToString() => PublicId.Format(Prefix, Value);
}
