namespace Gateway.DevNet.Brain;

/// <summary>An answer with the figure it turns on set apart, since that is where a weak model slips.</summary>
/// <param name="Before">Text before the figure.</param>
/// <param name="Figure">A number; empty where the answer has none.</param>
/// <param name="After">Text behind it.</param>
internal sealed record Reply(string Before, string Figure = "", string After = "")
{
    internal string Text => Before + Figure + After;
}
