namespace Gateway.Api.Portal.Forms;

/// <summary>What was wrong with a form, told at its field.</summary>
/// <param name="Field">The field's name.</param>
/// <param name="Key">The key of the text that says what it should be.</param>
/// <param name="Mark">Which of several forms with such a field it was; empty: there is one.</param>
internal sealed record FormFault(string Field, string Key, string Mark = "")
{
    /// <summary>The text's key for a field; null: that one was right.</summary>
    public string? At(string field, string mark = "") => (field, mark) == (Field, Mark) ? Key : null;
}
