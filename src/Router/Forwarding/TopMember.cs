using System.Text.Json;

namespace Gateway.Router.Forwarding;

/// <summary>What a member at the top of an upstream's JSON is to us; a chunk and a whole answer have the
/// same.</summary>
internal enum TopMember
{
    /// <summary>Nothing of ours; its value has been passed over.</summary>
    Other,

    /// <summary>The choices.</summary>
    Choices,

    /// <summary>The usage figure.</summary>
    Usage,

    /// <summary>An error in place of an answer.</summary>
    Error,
}

/// <summary>Reads one.</summary>
internal static class TopMembers
{
    /// <summary>Tells the member whose name the reader stands on, and moves on to its value, or past it where nobody
    /// wants it. An error that is null is none.</summary>
    internal static TopMember Next(ref Utf8JsonReader reader)
    {
        var member = Name(ref reader);
        reader.Read();
        if (member == TopMember.Error && reader.TokenType == JsonTokenType.Null)
        {
            member = TopMember.Other;
        }

        if (member == TopMember.Other)
        {
            reader.Skip();
        }

        return member;
    }

    private static TopMember Name(ref Utf8JsonReader reader)
    {
        if (reader.ValueTextEquals("choices"u8))
        {
            return TopMember.Choices;
        }

        if (reader.ValueTextEquals("usage"u8))
        {
            return TopMember.Usage;
        }

        return reader.ValueTextEquals("error"u8) ? TopMember.Error : TopMember.Other;
    }
}
