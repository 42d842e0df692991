using Gateway.Router.Tasks;

namespace Gateway.Router.Gating;

/// <summary>Room for one decision at a time, kept between decisions so that they allocate nothing.</summary>
internal sealed class GateScratch
{
    /// <summary>The features of the prompt read last.</summary>
    internal FeatureBuffer Features { get; } = new();

    /// <summary>What the prompt read last adds to each model's score.</summary>
    internal float[] Residuals { get; private set; } = [];

    /// <summary>Room for a lens's predictions.</summary>
    internal float[] Predictions { get; private set; } = [];

    internal float[] Ability { get; private set; } = [];

    internal float[] Variance { get; private set; } = [];

    internal float[] Scores { get; private set; } = [];

    internal float[] Spreads { get; private set; } = [];

    internal float[] Highs { get; private set; } = [];

    /// <summary>Makes room for so many models, and predictions of a lens.</summary>
    internal void FitModels(int models, int stride)
    {
        if (Residuals.Length < models)
        {
            Residuals = new float[models];
        }

        if (Predictions.Length < stride)
        {
            Predictions = new float[stride];
        }
    }

    /// <summary>Makes room for so many miners.</summary>
    internal void Fit(int slots)
    {
        if (Ability.Length < slots)
        {
            Ability = new float[slots];
            Variance = new float[slots];
            Scores = new float[slots];
            Spreads = new float[slots];
            Highs = new float[slots];
        }
    }
}
