namespace Gateway.DevNet.Brain;

/// <summary>One thing a simulated model can do.</summary>
internal interface ISkill
{
    /// <summary>What it is called where a model says what it can do.</summary>
    public string Name { get; }

    /// <summary>The answer; null when the sentence asks for something else.</summary>
    public Reply? Answer(string sentence);
}
