namespace Gateway.Core;

/// <summary>A project: a part of an organisation with keys and limits of its own. Public text: <c>proj_</c> and 32 hex
/// digits.</summary>
/// <param name="Value">A UUID version 7, so that ids sort by time.</param>
public readonly record struct ProjectId(Guid Value)
{
    private const string Prefix = "proj_";

    /// <summary>A new id at the clock's time.</summary>
    public static ProjectId Create(TimeProvider time) => new(Guid.CreateVersion7(time.GetUtcNow()));

    /// <summary>Reads the public text; false for anything else.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out ProjectId id)
    {
        var parsed = PublicId.TryParse(text, Prefix, out var value);
        id = new(value);
        return parsed;
    }

    /// <inheritdoc/>
    public override string ToString() => PublicId.Format(Prefix, Value);
}
